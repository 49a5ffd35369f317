import { execFile } from 'node:child_process';
import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import { cacheFolder } from '../../scripts/cache-folder.ts';
import type { KubeObject } from '../../src/kube/object.ts';

const chart = join(import.meta.dirname, '../../charts/backup-ns');

/** From PATH, or as it was built for a test cluster; undefined where there is none. */
export const helm = [
  ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'helm')),
  ...globSync(join(cacheFolder(), 'tools', 'tools-*', 'helm')),
].find(isProgram);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What `helm install` would create. Rejects with the words of helm. */
export async function render(program: string, { name, namespace, values }: Release): Promise<KubeObject[]> {
  const given = Object.entries(values).flatMap(([key, value]) => [
    '--set-json',
    `${key}=${JSON.stringify(value)}`,
  ]);
  const args = ['template', name, chart, '--namespace', namespace, ...given];
  const { stdout } = await promisify(execFile)(program, args);
  return (loadAll(stdout) as (KubeObject | null)[]).filter((object) => object !== null);
}
