import { expect, it } from 'vitest';
import { backupSentence } from '../../src/cli/backup-table.ts';
import { commands } from '../../src/cli/commands.ts';
import { formatOf, oneLine } from '../../src/cli/one-line.ts';
import { openFleet, retainAccount } from '../retention/support.ts';
import { startCommand } from '../support/command-process.ts';

const all = commands.flatMap((entry) => ('commands' in entry ? entry.commands : [entry]));
const nightly = all.filter(({ byHand }) => !byHand);

it.each(all)('the result has the same format on a terminal and in a pipe: $name', (command) => {
  const [terminal, pipe] = [true, false].map((isTerminal) =>
    formatOf(command, undefined, { isTerminal, isInPod: false }),
  );
  expect(pipe).toEqual(terminal);
  const [first = 'json'] = Object.keys(command.views ?? {});
  expect(pipe).toEqual({ output: first, isOneLine: false });
});

it.each(nightly)(
  'what a CronJob runs has one line in a pod, in a sentence, unless somebody says: $name',
  (one) => {
    expect(one.sentence).toBeDefined();
    const pod = { isTerminal: false, isInPod: true };
    expect(formatOf(one, undefined, pod)).toEqual({ output: 'json', isOneLine: true });
    expect(formatOf(one, 'yaml', pod)).toEqual({ output: 'yaml', isOneLine: false });
    expect(formatOf(one, undefined, { ...pod, isTerminal: true }).isOneLine).toBe(false);
  },
);

it('the line begins with what a person reads, and of a failure ends with it', () => {
  expect(JSON.stringify(oneLine({ a: 1 }, () => 'done'))).toBe('{"msg":"done","level":"info","a":1}');
  const failed = { a: 1, error: 'no', reason: 'dump', exitCode: 6 };
  expect(JSON.stringify(oneLine(failed, () => 'done'))).toBe(
    '{"a":1,"error":"no","reason":"dump","exitCode":6,"level":"error"}',
  );
});

it('a backup is one sentence, however many dumps and snapshots it has', () => {
  const time = '2026-11-21T00:00:00Z';
  const server = { engine: 'postgres', version: '17', toolVersion: '17', startedAt: time, completedAt: time };
  const dumps = Array.from({ length: 7 }, (_, index) => ({
    ...server,
    path: `/data/dump.${index}.sql.gz`,
    bytes: 2048,
    sha256: 'ab',
    ...(index === 1 && { propertiesOf: 'shop' }),
  }));
  const snapshot = { name: 'data-1', pvc: 'data', className: 'fast', ready: true, labels: {} };
  const result = {
    namespace: 'shop',
    dryRun: false,
    dumps,
    snapshots: [snapshot],
    stays: 'until 2026-12-01',
  };
  expect(backupSentence({ ...result, seconds: { total: 2.5 } })).toBe(
    "Backed up namespace 'shop' in 2.5s: dump /data/dump.0.sql.gz (2.0 KiB), dump /data/dump.2.sql.gz (2.0 KiB), " +
      'dump /data/dump.3.sql.gz (2.0 KiB), dump /data/dump.4.sql.gz (2.0 KiB), dump /data/dump.5.sql.gz (2.0 KiB), ' +
      '1 more, snapshot data-1 of PVC data; it stays until 2026-12-01',
  );
});

it('a run in a pod ends with its one line, and the same in a pipe is a table', async () => {
  await using sandbox = await openFleet([{ namespace: 'shop', pvc: 'data', nights: 4 }], { isStill: true });
  const retain = (settings: Record<string, string>) =>
    startCommand(sandbox, { command: 'retain', args: ['--dry-run'], settings, account: retainAccount }).ended;
  const policy = { RETAIN_LAST_DAILY: '2', RETAIN_LAST_WEEKLY: '1', RETAIN_LAST_MONTHLY: '1' };
  const [inPod, inPipe] = await Promise.all([
    retain({ ...policy, KUBERNETES_SERVICE_HOST: '10.0.0.1' }),
    retain(policy),
  ]);
  expect(inPod.stdout).toMatch(
    /^\{"msg":"\d+ of 4 snapshots of 1 volume would lose labels\.","level":"info",.*\}\n$/,
  );
  expect(JSON.parse(inPod.stdout)).toMatchObject({ dryRun: true, snapshots: 4 });
  expect(inPipe.stdout).toMatch(/^NAMESPACE +SNAPSHOT +LABEL +TIER/);
  expect({ inPod: inPod.exitCode, inPipe: inPipe.exitCode }).toEqual({ inPod: 0, inPipe: 0 });
});
