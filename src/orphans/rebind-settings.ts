import { contentArgument } from '../snapshots/settings.ts';
import { boolean, duration } from '../settings/formats.ts';
import { labelName, objectName } from '../settings/kubernetes-formats.ts';
import { defineSettings, type SettingsOf } from '../settings/schema.ts';
import { flag } from '../settings/setting.ts';

const defaultWaitMilliseconds = 5 * 60_000;

const table = {
  content: contentArgument('The VolumeSnapshotContent, whose VolumeSnapshot is gone'),
  namespace: flag(
    'namespace',
    labelName('a namespace'),
    'The namespace to bring it back to (default: the one it was in)',
    'n',
  ),
  name: flag('name', objectName('a snapshot'), 'The name of its VolumeSnapshot (default: the one it had)'),
  waitTimeout: flag('wait-timeout', duration, 'How long to wait until it is ready (default: 5m)'),
  dryRun: flag('dry-run', boolean, 'Say what would be made, but change nothing'),
};

export const rebindSettings = defineSettings({
  table,
  check: () => [],
  build: ({ waitTimeout = defaultWaitMilliseconds, dryRun = false, ...others }) => ({
    ...others,
    dryRun,
    waitMilliseconds: waitTimeout,
  }),
});

export type RebindSettings = SettingsOf<typeof rebindSettings>;
