import { boolean, directoryPath, integer, oneOf } from '../../settings/formats.ts';
import type { Values } from '../../settings/schema.ts';
import { setting, type ComputedDefault } from '../../settings/setting.ts';

const halfTheCpus: ComputedDefault = {
  words: "half the node's CPUs, at least 1",
  compute: ({ cpus }) => String(Math.max(1, Math.floor(cpus / 2))),
};

const directory = '/mnt/host-backup-locks';

export const nodeSlotsTable = {
  flock: setting('BAK_FLOCK', boolean, 'false', 'Hold one of the slots of the node while the backup runs'),
  flockCount: setting('BAK_FLOCK_COUNT', integer(1, 1024), halfTheCpus, 'How many slots the node has'),
  flockDirectory: setting(
    'BAK_FLOCK_DIR',
    directoryPath(directory),
    directory,
    'The directory of the lock files',
  ),
  flockTimeout: setting(
    'BAK_FLOCK_TIMEOUT_SEC',
    integer(0, 604_800, 'seconds as a whole number'),
    '3600',
    'How many seconds to wait for a slot; 0 means not to wait',
  ),
  flockMethod: setting(
    'BAK_FLOCK_METHOD',
    oneOf(['auto', 'flock', 'lockfile']),
    'auto',
    'How slots are locked: flock (by the kernel, as shell scripts do), lockfile (on shared volumes and network ' +
      'filesystems), or auto: whichever suits the directory',
  ),
};

/** `undefined` when the backup does not need a slot. */
export function buildNodeSlots(values: Values<typeof nodeSlotsTable>) {
  if (!values.flock) return undefined;
  return {
    method: values.flockMethod,
    directory: values.flockDirectory,
    count: values.flockCount,
    timeoutMilliseconds: values.flockTimeout * 1000,
  };
}

export type NodeSlotSettings = NonNullable<ReturnType<typeof buildNodeSlots>>;
