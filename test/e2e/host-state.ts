import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../scripts/run.ts';

/**
 * What the cluster could leave on the machine, in a form that is the same before and after.
 * Loop devices and cgroups of other clusters come and go with their volumes and pods, and are left out.
 */
export async function hostState(cluster: string): Promise<Record<string, string[]>> {
  const isOfAnother = (path: string) => /clusters\/|\/backup-ns-/.test(path) && !path.includes(cluster);
  return {
    mounts: lines(readFileSync('/proc/self/mounts', 'utf8')),
    loopDevices: lines(await run('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'])).filter(
      (file) => !isOfAnother(file),
    ),
    interfaces: readdirSync('/sys/class/net').toSorted(),
    iptables: lines((await run('iptables-save', [])).replaceAll(/^#.*$|\[\d+:\d+\]/gm, '')),
    cgroups: cgroups('/sys/fs/cgroup').filter((path) => !isOfAnother(path)),
    settings: ['vm/overcommit_memory', 'kernel/panic', 'kernel/panic_on_oops', 'net/ipv4/ip_forward'].map(
      (name) => `${name} ${readFileSync(join('/proc/sys', name), 'utf8').trim()}`,
    ),
  };
}

/** The processes that live in the PID namespace of this one. */
export function processesLike(pid: number): string[] {
  const namespace = readlinkSync(`/proc/${pid}/ns/pid`);
  return processesIn(namespace);
}

export function processesIn(namespace: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/ns/pid`) === namespace;
    } catch {
      return false;
    }
  });
}

function cgroups(root: string): string[] {
  try {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders.flatMap(({ name }) => [join(root, name), ...cgroups(join(root, name))]).toSorted();
  } catch {
    return []; // It went away while we looked.
  }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .toSorted();
}
