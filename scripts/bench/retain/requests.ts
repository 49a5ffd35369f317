import type { BenchCluster } from '../cluster.ts';

/** How many requests an API server was sent, by what they did: `LIST volumesnapshots`. */
export type RequestCounts = ReadonlyMap<string, number>;

const counter = /^apiserver_request_total\{(.*)\} (\S+)$/gm;

/** Since its start, as it counts itself. */
export async function requestCounts(cluster: BenchCluster): Promise<RequestCounts> {
  const metrics = await cluster.kubectl(['get', '--raw', '/metrics']);
  const counts = new Map<string, number>();
  for (const [, labels = '', count] of metrics.matchAll(counter)) {
    const of = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const key = [of('verb'), of('resource'), of('subresource')].filter(Boolean).join(' ');
    counts.set(key, (counts.get(key) ?? 0) + Number(count));
  }
  return counts;
}

export function difference(before: RequestCounts, after: RequestCounts, key: string): number {
  return (after.get(key) ?? 0) - (before.get(key) ?? 0);
}
