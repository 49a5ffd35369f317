import { parseQuantity } from '../../kube/quantity.ts';
import { namespaceFlag, snapshotArgument } from '../../snapshots/settings.ts';
import { boolean, duration } from '../../settings/formats.ts';
import { objectName } from '../../settings/kubernetes-formats.ts';
import { defineSettings, type SettingsOf, type Values } from '../../settings/schema.ts';
import { flag, type Format } from '../../settings/setting.ts';

const accessModes = new Map(
  Object.entries({
    rwo: 'ReadWriteOnce',
    rox: 'ReadOnlyMany',
    rwx: 'ReadWriteMany',
    rwop: 'ReadWriteOncePod',
  }),
);

/** By its whole name, or as `kubectl get pvc` shortens it. */
const accessMode: Format<string> = {
  usage: '<mode>',
  parse(text) {
    const word = text.toLowerCase();
    const names = [...accessModes.values()];
    const value = accessModes.get(word) ?? names.find((name) => name.toLowerCase() === word);
    return value === undefined ? { expected: `${names.join(', ')}, or RWO, ROX, RWX, RWOP` } : { value };
  },
};

const size: Format<string> = {
  usage: '<size>',
  parse: (text) =>
    parseQuantity(text) ? { value: text } : { expected: 'a size such as 500Mi, 10Gi or 1Ti' },
};

const table = {
  snapshot: snapshotArgument('The snapshot to restore'),
  pvc: flag(
    'pvc',
    objectName('a PersistentVolumeClaim'),
    'The new PersistentVolumeClaim, in the namespace of the snapshot',
  ),
  namespace: namespaceFlag,
  storageClass: flag(
    'storage-class',
    objectName('a StorageClass'),
    "Its class (default: that of the snapshot's own PVC, else that of the snapshot's driver)",
  ),
  accessMode: flag(
    'access-mode',
    accessMode,
    "How it may be mounted (default: as the snapshot's own PVC, else ReadWriteOnce)",
  ),
  size: flag('size', size, "Its size (default: as large as the snapshot, and as the snapshot's own PVC)"),
  wait: flag('wait', boolean, 'Wait until the volume is there'),
  timeout: flag('timeout', duration, 'How long to wait for it (default: 15m)'),
  dryRun: flag('dry-run', boolean, 'Check everything, and print what would be made; change nothing'),
};

function check(values: Partial<Values<typeof table>>): string[] {
  const isNameMissing = 'pvc' in values && values.pvc === undefined;
  return [
    ...(isNameMissing ? ['--pvc is missing; give the new PersistentVolumeClaim a name with it'] : []),
    ...(values.timeout !== undefined && !values.wait
      ? ['--timeout is given without --wait; give both, or none to go on at once']
      : []),
  ];
}

export const restoreSettings = defineSettings({
  table,
  check,
  build: ({ pvc = '', wait = false, dryRun = false, timeout = 15 * 60_000, ...others }) => ({
    ...others,
    pvc,
    wait,
    dryRun,
    timeoutMilliseconds: timeout,
  }),
});

export type RestoreSettings = SettingsOf<typeof restoreSettings>;
