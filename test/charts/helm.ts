import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { helmProgram } from '../../scripts/chart/helm-program.ts';
import { run } from '../../scripts/run.ts';
import type { KubeObject } from '../../src/kube/object.ts';

export const chart = join(import.meta.dirname, '../../charts/backup-ns');

/** Undefined where there is none. */
export const helm = helmProgram();

export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What `helm install` would create, without what `helm test` does. Rejects with the words of helm. */
export async function render(program: string, release: Release): Promise<KubeObject[]> {
  return (await renderAll(program, release)).filter(
    ({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined,
  );
}

/** JSON is YAML, but for two characters that older YAML takes for line breaks. */
const yamlOf = (values: object): string =>
  JSON.stringify(values)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);

/** With its tests, from a file of values, in which numbers are floating: the way that most releases are made. */
export async function renderAll(
  program: string,
  { name, namespace, values, folder = chart }: Release & { readonly folder?: string },
): Promise<KubeObject[]> {
  const args = ['template', name, folder, '--namespace', namespace, '--values', '-'];
  const stdout = await run(program, args, { input: yamlOf(values) });
  return (loadAll(stdout) as (KubeObject | null | undefined)[]).filter((object) => object != null);
}
