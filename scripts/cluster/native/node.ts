import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../run.ts';
import type { NodePlan } from './components.ts';
import type { ClusterPaths } from './paths.ts';
import type { ToolFolders } from './tools.ts';

/** The host's PID of the node's process 1, or undefined when it does not run. A recycled PID is not taken for it. */
export function nodePid(paths: ClusterPaths): number | undefined {
  try {
    const pid = Number(readFileSync(paths.pid, 'utf8'));
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return args[0] === 'node-init' && args[2] === paths.plan ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Starts process 1 of the node, detached; its components come up on their own. */
export async function startNode(paths: ClusterPaths, tools: ToolFolders): Promise<void> {
  for (const folder of cgroupFolders(paths)) mkdirSync(folder, { recursive: true });
  await run(join(tools['node-init'], 'node-init'), ['start', paths.plan, paths.pid]);
}

/**
 * Ends the node, also one that hangs. With process 1 the kernel kills everything in its PID namespace,
 * and the mounts, loop devices and interfaces go with their namespaces; the cgroups are taken away here.
 */
export async function stopNode(paths: ClusterPaths): Promise<void> {
  const pid = nodePid(paths);
  if (pid) await endProcess(pid);
  rmSync(paths.pid, { force: true });
  await until(() => isDetached(paths), 'the loop devices to be released').catch(() => thaw(paths));
  await until(() => cgroupFolders(paths).every(removeCgroup), 'the cgroups to empty');
}

/** SIGTERM lets the CSI driver thaw what it froze: a frozen file system would keep its writers, and so the namespace. */
async function endProcess(pid: number): Promise<void> {
  const hasEnded = () => !existsSync(`/proc/${pid}`);
  process.kill(pid, 'SIGTERM');
  await until(hasEnded, 'the node to end', 8).catch(() => process.kill(pid, 'SIGKILL'));
  await until(hasEnded, 'the processes of the node to end');
}

/** After a kill in the middle of a freeze the driver itself knows how to let go. */
async function thaw(paths: ClusterPaths): Promise<void> {
  const { components } = JSON.parse(readFileSync(paths.plan, 'utf8')) as NodePlan;
  const driver = components.find(({ name }) => name === 'csi-driver')!.args[0]!;
  await run('unshare', ['--mount', '--propagation', 'private', driver, '-pool', paths.pool, '-recover']);
  await until(() => isDetached(paths), 'the loop devices to be released');
}

/** Attached loop devices are in the way of deleting their files. */
async function isDetached(paths: ClusterPaths): Promise<boolean> {
  const attached = await run('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE']);
  return !attached.split('\n').some((file) => file.startsWith(`${paths.root}/`));
}

/** The node's cgroup in each hierarchy: cgroup v1 has one for each controller, v2 has one in all. */
function cgroupFolders(paths: ClusterPaths): string[] {
  const root = '/sys/fs/cgroup';
  if (existsSync(join(root, 'cgroup.procs'))) return [join(root, paths.cgroup)];
  return readdirSync(root)
    .filter((name) => existsSync(join(root, name, 'cgroup.procs')))
    .map((name) => join(root, name, paths.cgroup));
}

/** A cgroup is removed by rmdir, children first; its files are not real. */
function removeCgroup(folder: string): boolean {
  if (!existsSync(folder)) return true;
  try {
    for (const child of readdirSync(folder)) {
      const path = join(folder, child);
      if (statSync(path).isDirectory() && !removeCgroup(path)) return false;
    }
    rmdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

/** Waits for a condition, 30 s at most. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  seconds = 30,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}, in vain.`);
    await sleep(50);
  }
}
