import { expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { create } from '../../src/cli/create.ts';
import { markAndDelete } from '../../src/cli/mark-and-delete.ts';
import { retain } from '../../src/cli/retain.ts';
import { syncMetadata } from '../../src/cli/sync-metadata.ts';
import type { SettingsTable } from '../../src/settings/schema.ts';
import { tryReadSettings } from '../../src/settings/read.ts';
import { sourcesOf } from '../settings/sources.ts';

type Variables = Readonly<Record<string, string>>;

/** What a command would tell of these settings, which are refused. */
function told<Table extends SettingsTable, Settings>(command: Command<Table, Settings>, given: Variables) {
  const read = tryReadSettings(command.settings, sourcesOf({ ...given, BAK_DB_POSTGRES_PORT: 'none' }));
  if (!('readable' in read)) throw new Error('These settings are good');
  return command.record?.(read.readable);
}

const commands = {
  create: (given: Variables) => told(create, given),
  retain: (given: Variables) => told(retain, given),
  'mark-and-delete': (given: Variables) => told(markAndDelete, given),
  'sync-metadata': (given: Variables) => told(syncMetadata, given),
};
const url = 'http://gateway:9091';

test.each([
  ['create', 'BAK', 'BAK_LABEL_VS_POD'],
  ['retain', 'RETAIN', 'RETAIN_POD'],
  ['mark-and-delete', 'MARK_AND_DELETE', 'MARK_AND_DELETE_POD'],
  ['sync-metadata', 'SYNC_METADATA', 'SYNC_METADATA_POD'],
] as const)('settings of %s that are refused are told where its runs are', (name, prefix, pod) => {
  const given = {
    [pod]: 'nightly-1-abc',
    [`${prefix}_METRICS_PUSH_URL`]: url,
    [`${prefix}_METRICS_PUSH_AUTHORIZATION`]: 'Bearer sesame',
    [`${prefix}_MISSPELT`]: 'x',
  };
  const settingsFor = (change: Variables) => commands[name]({ ...given, ...change })?.settings;
  const metrics = { url, authorization: 'Bearer sesame' };
  expect(settingsFor({})).toEqual({ pod: 'nightly-1-abc', metrics });
  for (const change of [
    { [`${prefix}_METRICS_PUSH_URL`]: 'gateway' },
    { [`${prefix}_METRICS_PUSH_AUTHORIZATION`]: 'sesame' },
    { [`${prefix}_DRY_RUN`]: 'true' },
    { [`${prefix}_DRY_RUN`]: 'perhaps' },
  ])
    expect(settingsFor(change)).toEqual({ pod: 'nightly-1-abc', metrics: undefined });
  expect(commands[name](given)?.report('shop')).toMatchObject({
    group: { job: 'backup-ns', namespace: 'shop' },
    about: undefined,
  });
});

test('a backup whose namespace is refused is not pushed, as nobody would find that again', () => {
  const given = { BAK_LABEL_VS_POD: 'a', BAK_METRICS_PUSH_URL: url };
  expect(commands.create({ ...given, BAK_NAMESPACE: 'No name' })?.settings.metrics).toBeUndefined();
  expect(commands.create({ ...given, BAK_NAMESPACE: 'blog' })?.report('shop').group).toMatchObject({
    namespace: 'blog',
  });
});
