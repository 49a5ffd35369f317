import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** What the scripts find around them in a container. */
export interface Surroundings {
  /** The shell and its own options, for dumps in this folder. */
  readonly shell: (folder: string) => readonly string[];
  /** Folders that stand first in PATH. */
  readonly programs?: readonly string[];
  /** Where the dumps are to lie, in an empty folder, and a folder beside it. */
  readonly folder?: () => { readonly root: string; readonly folder: string };
}

const isRoot = process.getuid?.() === 0;
const works = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

/** A folder with the tools of the scripts, all of busybox; undefined where it is not installed. */
export const applets = works('busybox', 'true') ? makeApplets() : undefined;

function makeApplets(): string {
  const folder = mkdtempSync(join(tmpdir(), 'applets-'));
  chmodSync(folder, 0o755);
  process.once('exit', () => spawnSync('rm', ['-rf', folder]));
  const tools =
    'awk cat dd df du fold gzip id ls mkfifo mv printenv rm sha256sum sleep sort sync tail tr wc xargs';
  const path = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
  for (const tool of tools.split(' ')) symlinkSync(path, join(folder, tool));
  return folder;
}

/** Not root, in a folder of its own. */
export const asNobody: Surroundings | undefined =
  isRoot && works('setpriv', '--reuid=65534', '--clear-groups', 'true')
    ? {
        shell: () => ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh'],
        folder: () => {
          const root = temporaryFolder('nobody-');
          const folder = join(root, 'data');
          mkdirSync(folder);
          chownSync(folder, 65_534, 65_534);
          return { root, folder };
        },
      }
    : undefined;

const onlyTheFolder =
  'mount --bind "$0" "$0" && mount -o remount,bind,ro / && { ! touch /tmp/probe 2>/dev/null || exit 99; } && exec "$@"';
const inNamespace = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', onlyTheFolder];

/** Nothing can be written but the folder of the dumps, not even /tmp. */
export const readOnlyRoot: Surroundings | undefined =
  isRoot && works(inNamespace[0]!, ...inNamespace.slice(1), '/var', 'true')
    ? { shell: (folder) => [...inNamespace, folder, 'sh'] }
    : undefined;

/** A disk of 2 MB. */
export const smallDisk: Surroundings | undefined = isRoot
  ? {
      shell: () => ['sh'],
      folder: () => {
        const root = temporaryFolder('full-');
        const folder = join(root, 'data');
        mkdirSync(folder);
        const mounted = works('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder);
        if (!mounted || !existsSync(folder)) throw new Error('no disk could be mounted');
        onTestFinished(() => void spawnSync('umount', [folder]));
        return { root, folder };
      },
    }
  : undefined;
