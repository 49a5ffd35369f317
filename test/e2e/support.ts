import { setTimeout as sleep } from 'node:timers/promises';
import { apply, openTestbed, type Testbed } from '../../scripts/testbed.ts';

/** Full of what a shell would trip over. */
export const awkwardPassword = `p'a"s$(id)\`\\`;

/** The cluster that `npm run test:e2e` has brought up, or another that is to be used. */
export const clusterName = process.env['E2E_CLUSTER'] ?? 'e2e';

export function testbed(): Promise<Testbed> {
  return openTestbed(clusterName, () => {});
}

/** An empty namespace: one that an earlier run left is deleted first. */
export async function freshNamespace(bed: Testbed, name: string): Promise<void> {
  await bed.kubectl(['delete', 'namespace', name, '--ignore-not-found', '--wait', '--timeout=60s']);
  await apply(bed, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

export async function waitForRollout(bed: Testbed, namespace: string, deployment: string): Promise<void> {
  await bed.kubectl(['-n', namespace, 'rollout', 'status', `deployment/${deployment}`, '--timeout=90s']);
}

export async function getJson<T>(bed: Testbed, args: readonly string[]): Promise<T> {
  return JSON.parse(await bed.kubectl([...args, '-o', 'json'])) as T;
}

/** Runs a shell script in a container; `target` is as kubectl has it, such as `deployment/app`. */
export function inContainer(
  bed: Testbed,
  namespace: string,
  target: string,
  script: string,
  input = '',
): Promise<string> {
  return bed.kubectl(
    ['-n', namespace, 'exec', '-i', target, '-c', 'postgres', '--', 'sh', '-ceu', script],
    input,
  );
}

/** Runs SQL as the application's user, over TCP and with its password, and gives unaligned rows. */
export function sql(bed: Testbed, namespace: string, target: string, statements: string): Promise<string> {
  const psql = 'psql -XqAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"';
  return inContainer(bed, namespace, target, `PGPASSWORD=$POSTGRES_PASSWORD exec ${psql}`, statements);
}

/** YYYY-MM-DD: the day that a backup was made on, by its own clock and zone, from the name of one of its snapshots. */
export function dayInName(snapshot: string): string {
  const day = /\d{4}-\d\d-\d\d/.exec(snapshot)?.[0];
  if (day === undefined) throw new Error(`the name of snapshot ${snapshot} has no day`);
  return day;
}

/** A zone in which it is about noon, so that no midnight comes while a test runs. */
export function zoneOfNoon(now: Date): string {
  const ahead = 12 - now.getUTCHours();
  // Their sign is that of POSIX: Etc/GMT-5 is five hours ahead.
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

export async function until<T>(
  what: string,
  seconds: number,
  find: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const start = performance.now();
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${what}, in vain`);
    // Looking costs the CPU that what is waited for needs, too.
    await sleep(Math.max(100, 2 * (performance.now() - start)));
  }
}

/**
 * What PostgreSQL logs when it ends all sessions and recovers. As process 1 of its container it does so when a stray
 * process of ours falls to it that ended by a signal.
 */
export async function crashRestarts(bed: Testbed, namespace: string, target: string): Promise<string[]> {
  const log = await bed.kubectl(['-n', namespace, 'logs', target]);
  return log
    .split('\n')
    .filter((line) => /terminating any other active server processes|was terminated by signal/.test(line));
}
