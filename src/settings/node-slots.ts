import { boolean, directoryPath, integer } from './formats.ts';
import type { Values } from './schema.ts';
import { setting, type ComputedDefault, type Format } from './setting.ts';

const halfTheCpus: ComputedDefault = {
  words: "half the node's CPUs, at least 1",
  compute: ({ cpus }) => String(Math.max(1, Math.floor(cpus / 2))),
};

/** `lockfile` is known to the scheme; until it exists, asking for it must not end in another way of locking. */
const method: Format<'flock'> = {
  usage: '<auto|flock>',
  parse: (text) =>
    text === 'auto' || text === 'flock'
      ? { value: 'flock' }
      : { expected: `auto or flock${text === 'lockfile' ? ': this version has no other way to lock' : ''}` },
};

const directory = '/mnt/host-backup-locks';

export const nodeSlotsTable = {
  flock: setting('BAK_FLOCK', boolean, 'false', 'Hold one of the slots of the node while the backup works'),
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
    'How many seconds to wait for a slot; 0 does not wait',
  ),
  flockMethod: setting('BAK_FLOCK_METHOD', method, 'auto', 'How slots are locked; auto is flock'),
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
