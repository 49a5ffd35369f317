import { settingName } from '../../settings/setting-name.ts';
import { duration, matching } from '../../settings/formats.ts';
import { defineSettings, type SettingsOf, type SettingsTable, type Values } from '../../settings/schema.ts';
import { flag, type Format } from '../../settings/setting.ts';
import { snapshotFlag } from '../../snapshots/settings.ts';
import { restoreSettings } from '../volume/settings.ts';

const image: Format<string> = {
  usage: '<image>',
  parse: (text) =>
    matching(
      text,
      /^[A-Za-z0-9][-A-Za-z0-9._/:@]{0,499}$/,
      'the reference of an image such as registry.example.com/backup-ns:1.0.0',
    ),
};

const { storageClass, size } = restoreSettings.table;

const table = {
  snapshot: snapshotFlag('Take the dump out of this snapshot, in the namespace of the database'),
  image: flag(
    'image',
    image,
    'Of the pod that reads the snapshot; it needs a shell (default: that of the CronJob, else that of the database)',
  ),
  storageClass: {
    ...storageClass,
    description: `Of the volume that is made from the snapshot: ${lowered(storageClass.description)}`,
  },
  size: { ...size, description: `Of that volume: ${lowered(size.description)}` },
  timeout: flag('timeout', duration, 'How long to wait for the pod that reads the snapshot (default: 15m)'),
} satisfies SettingsTable;

function lowered(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function check(given: Partial<Values<typeof table>>): string[] {
  // Those of the command that it is for.
  const { unchecked } = given as { readonly unchecked?: unknown };
  const { snapshot } = given;
  if (snapshot === undefined) {
    const without = (['image', 'storageClass', 'size', 'timeout'] as const).filter(
      (key) => given[key] !== undefined,
    );
    return without.map((key) => `${settingName(key)} has no meaning without --snapshot; give both, or none`);
  }
  return unchecked ? ['--unchecked has no meaning with --snapshot, which has recorded what its dump is'] : [];
}

/** Of the commands that take a dump out of a snapshot. */
export const fromSnapshotSettings = defineSettings({
  table,
  check,
  build: ({ timeout = 15 * 60_000, ...others }) => ({
    fromSnapshot:
      others.snapshot === undefined
        ? undefined
        : { ...others, snapshot: others.snapshot, timeoutMilliseconds: timeout },
  }),
});

export type FromSnapshot = NonNullable<SettingsOf<typeof fromSnapshotSettings>['fromSnapshot']>;

/** Of a restore, where a file on this machine is another place that the dump may come from. */
export const restoreFromSnapshotSettings = defineSettings({
  ...fromSnapshotSettings,
  check: (given) => {
    const { file } = given as { readonly file?: unknown };
    return [
      ...check(given),
      ...(file !== undefined && given.snapshot !== undefined
        ? ['--file and --snapshot are both given; keep one']
        : []),
    ];
  },
});
