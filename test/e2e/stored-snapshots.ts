import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodePid } from '../../scripts/cluster/native/node.ts';
import { clusterPaths } from '../../scripts/cluster/native/paths.ts';
import type { Testbed } from '../../scripts/testbed.ts';
import { clusterName, getJson } from './support.ts';

export interface SnapshotContent {
  status?: { snapshotHandle: string };
}

/** Which of these handles the storage has, seen past the API in the driver's own folder; kind's is out of reach. */
export async function storedOf(bed: Testbed, handles: readonly string[]): Promise<string[]> {
  const files = bed.provider.kind === 'native' ? filesOfDriver() : await handlesOfContents(bed);
  return handles.filter((handle) => files.some((file) => file.includes(handle)));
}

function filesOfDriver(): string[] {
  const pool = join(
    '/proc',
    String(nodePid(clusterPaths(clusterName))),
    'root',
    clusterPaths(clusterName).pool,
  );
  return readdirSync(pool, { recursive: true, encoding: 'utf8' });
}

async function handlesOfContents(bed: Testbed): Promise<string[]> {
  const { items } = await getJson<{ items: SnapshotContent[] }>(bed, ['get', 'volumesnapshotcontents']);
  return items.map(({ status }) => status?.snapshotHandle ?? '');
}
