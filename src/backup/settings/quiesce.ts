import { duration, limitOrNone, oneOf } from '../../settings/formats.ts';
import { hookList } from './hooks.ts';
import { labelName } from '../../settings/kubernetes-formats.ts';
import type { Values } from '../../settings/schema.ts';
import { optionalSetting, setting } from '../../settings/setting.ts';

/** What brings the app and its filesystems to rest while the snapshots are cut. */
export const quiesceTable = {
  hooks: setting(
    'BAK_HOOKS',
    hookList,
    '[]',
    'Commands to run in containers before the dump, and after the snapshots are cut, as a JSON list',
  ),
  quiesce: setting(
    'BAK_QUIESCE',
    oneOf(['none', 'sync', 'fsfreeze']),
    'none',
    'What is done to the filesystem of each PVC before its snapshot; fsfreeze needs a privileged container',
  ),
  quiesceContainer: optionalSetting(
    'BAK_QUIESCE_CONTAINER',
    labelName('a container'),
    'The container in which the filesystem is synced or frozen (default: the first one that mounts the PVC)',
  ),
  quiesceTimeout: setting(
    'BAK_QUIESCE_TIMEOUT',
    duration,
    '60s',
    'How long the storage may take to cut all snapshots while the app is at rest; after that, the backup fails',
  ),
  restTimeout: setting(
    'BAK_REST_TIMEOUT',
    limitOrNone,
    '10m',
    'How long the app may be at rest in all, from the first hook until it is woken; after that, the backup is given up; none: as long as it takes',
  ),
};

export function buildQuiesce(values: Values<typeof quiesceTable>) {
  return {
    hooks: values.hooks,
    method: values.quiesce,
    container: values.quiesceContainer,
    timeoutMilliseconds: values.quiesceTimeout,
    restMilliseconds: values.restTimeout,
  };
}

export type QuiesceSettings = ReturnType<typeof buildQuiesce>;
