import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodePid } from '../../scripts/cluster/native/node.ts';
import { clusterPaths } from '../../scripts/cluster/native/paths.ts';
import type { Testbed } from '../../scripts/testbed.ts';
import { getJson } from './support.ts';

interface ContentList {
  items: { status?: { snapshotHandle?: string } }[];
}

/** Whether the storage has a snapshot, seen past the API in the driver's own folder; kind's is out of reach. */
export async function isStored(bed: Testbed, handle: string): Promise<boolean> {
  const files = bed.provider.kind === 'native' ? filesOfDriver() : await handlesOfContents(bed);
  return files.some((file) => file.includes(handle));
}

function filesOfDriver(): string[] {
  const pool = join('/proc', String(nodePid(clusterPaths('e2e'))), 'root', clusterPaths('e2e').pool);
  return readdirSync(pool, { recursive: true, encoding: 'utf8' });
}

async function handlesOfContents(bed: Testbed): Promise<string[]> {
  const { items } = await getJson<ContentList>(bed, ['get', 'volumesnapshotcontents']);
  return items.map(({ status }) => status?.snapshotHandle ?? '');
}
