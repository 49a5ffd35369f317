import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ResultError, UserError } from '../../src/core/errors.ts';
import { syncMetadata } from '../../src/orphans/sync-metadata.ts';
import { syncMetadataSettings } from '../../src/orphans/sync-metadata-settings.ts';
import { markAndDelete } from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { retain } from '../../src/retention/retain/retain.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { status } from '../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import { clusterRoles, events } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { inSandbox, openFleet, type SandboxContext } from '../retention/support.ts';
import { sourcesOf } from '../settings/sources.ts';
import { sampled } from '../support/exhaustive.ts';
import { clusterAccount } from '../support/cluster-account.ts';
import type { LogLine } from '../support/context.ts';
import { gateway } from './gateway.ts';
import { loadOwnPod, ownPod } from './own-pod.ts';

interface FleetCommand {
  readonly name: string;
  readonly prefix: string;
  readonly reason: string;
  readonly done: string;
  /** Without the right to do this, nothing is done. */
  readonly needs: string;
  readonly run: (given: Record<string, string>, context: SandboxContext) => Promise<object>;
}

const commands: readonly FleetCommand[] = [
  {
    name: 'retain',
    prefix: 'RETAIN',
    reason: 'Retain',
    done: '3 of 5 snapshots lost labels',
    needs: 'persistentvolumeclaims',
    run: (given, context) =>
      retain(readSettings(retainSettings, sourcesOf({ RETAIN_LAST_DAILY: '2', ...given })).settings, context),
  },
  {
    name: 'mark-and-delete',
    prefix: 'MARK_AND_DELETE',
    reason: 'MarkAndDelete',
    done: '0 marked, 0 deleted',
    needs: 'persistentvolumeclaims',
    run: (given, context) =>
      markAndDelete(readSettings(markAndDeleteSettings, sourcesOf(given)).settings, context),
  },
  {
    name: 'sync-metadata',
    prefix: 'SYNC_METADATA',
    reason: 'SyncMetadata',
    done: '0 of 5 contents changed',
    needs: 'volumesnapshotcontents',
    run: (given, context) =>
      syncMetadata(readSettings(syncMetadataSettings, sourcesOf(given)).settings, context),
  },
];

describe.each(sampled(commands, 1))('the end of $name', ({ name, prefix, reason, done, needs, run }) => {
  let sandbox: Sandbox;
  let faults: Faults;
  let lines: readonly LogLine[];
  let uids: ReturnType<typeof loadOwnPod>;

  beforeEach(async () => {
    sandbox = await openFleet([{ namespace: 'shop', pvc: 'data', nights: 5 }]);
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} });
    uids = loadOwnPod(sandbox, 'default');
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  function account(taken: readonly string[] = []) {
    const rights = {
      namespaces: ['get', 'list'],
      persistentvolumeclaims: ['list'],
      volumesnapshots: ['get', 'list', 'patch', 'delete'],
      volumesnapshotcontents: ['get', 'list', 'patch', 'delete'],
      pods: ['get'],
      jobs: ['get'],
      events: ['create'],
    };
    const left = Object.entries(rights).filter(([resource]) => !taken.includes(resource));
    return clusterAccount(sandbox, 'fleet', Object.fromEntries(left));
  }
  const runAs = (given: Record<string, string>, taken?: readonly string[]) => {
    const variables = Object.entries(given).map(([key, value]) => [`${prefix}_${key}`, value]);
    return inSandbox(
      sandbox,
      faults.url,
      (context) => {
        ({ lines } = context);
        return run(Object.fromEntries(variables) as Record<string, string>, context);
      },
      account(taken),
    );
  };
  const told = () =>
    sandbox.objects.all(events, 'default').map(({ involvedObject, type, reason, message }) => ({
      about: (involvedObject as { uid: string }).uid,
      type,
      reason,
      message: message as string,
    }));
  const warnings = () => lines.filter(({ level }) => level >= 40).map(({ msg }) => msg);

  test('is an event of its Job and of its CronJob', async () => {
    await runAs({ POD: ownPod });
    const saying = {
      type: 'Normal',
      reason: `${reason}Completed`,
      message: expect.stringMatching(new RegExp(`^${name} of all namespaces ended in \\d+ s: `)) as string,
    };
    expect(told()).toHaveLength(2);
    expect(told()).toEqual(
      expect.arrayContaining([
        { about: uids.job, ...saying },
        { about: uids.cronJob, ...saying },
      ]),
    );
    expect(told()[0]?.message).toContain(done);
  });

  test('is one event of bounded length, however many namespaces have failed', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `gone-${index}`);
    await expect(runAs({ POD: ownPod, NAMESPACES: ['shop', ...names].join(',') })).rejects.toBeInstanceOf(
      ResultError,
    );
    expect(told()).toHaveLength(2);
    for (const { message, ...event } of told()) {
      expect(event).toMatchObject({ type: 'Warning', reason: `${reason}Failed` });
      expect(message.length).toBeLessThanOrEqual(1024);
      expect(message).toContain('ended with exit code 3: 30 namespaces could not be read');
      expect(message).toContain("namespace gone-0: There is no namespace 'gone-0'");
      expect(message).toContain('and 28 other reasons');
    }
  });

  test('is an event in words for a person when a right is missing', async () => {
    const error = await runAs({ POD: ownPod }, [needs]).catch((reason: unknown) => reason);
    // Nothing else is shown without its stack trace.
    expect(error).toBeInstanceOf(UserError);
    expect(told()).toHaveLength(2);
    for (const { message } of told()) {
      expect(message).toMatch(new RegExp(`^${name} of all namespaces ended with exit code \\d: `));
      expect(message).toContain(`cannot list resource "${needs}"`);
    }
  });

  test.each(['events', 'pods', 'jobs'])(
    'is not changed by a missing right for %s, which is a warning',
    async (kind) => {
      await runAs({ POD: ownPod }, [kind]);
      expect(warnings().filter((words) => words.includes('event'))).toEqual([
        `the event of this run of ${name} could not be written, the run of ${name} is as it is`,
      ]);
    },
  );

  test('is pushed, by command and scope, and after a failure without a time of success', async () => {
    const { url, pushes } = await gateway();
    await runAs({ METRICS_PUSH_URL: url, NAMESPACE_SELECTOR: 'example.com/team in (a, b)' });
    sandbox.objects.delete(clusterRoles, undefined, 'fleet');
    await inSandbox(sandbox, faults.url, (context) => run({ [`${prefix}_METRICS_PUSH_URL`]: url }, context), {
      serviceAccount: { namespace: 'default', name: 'fleet' },
    }).catch(() => {});
    const family = `backupns_${name.replaceAll('-', '_')}`;
    const scope = Buffer.from('namespaces with example.com/team in (a, b)').toString('base64url');
    expect(pushes.map(({ path }) => path)).toEqual([
      `/metrics/job/backup-ns/namespace/default/command/${name}/scope@base64/${scope}`,
      `/metrics/job/backup-ns/namespace/default/command/${name}/scope/all%20namespaces`,
    ]);
    const [first, second] = pushes.map(({ body }) => body);
    expect(first).toContain(`${family}_last_run_exit_code 0\n`);
    expect(first).toContain(`${family}_last_success_timestamp_seconds `);
    expect(first).toContain(`${family}_last_run_snapshots{outcome="failed"} 0\n`);
    expect(second).toMatch(new RegExp(`${family}_last_run_exit_code [14]\n`));
    expect(second).not.toContain('last_success');
  });

  test('is pushed in the group of its CronJob, so that two releases do not overwrite each other', async () => {
    const { url, pushes } = await gateway();
    await runAs({ POD: ownPod, METRICS_PUSH_URL: url });
    expect(pushes.map(({ path }) => path)).toEqual([
      `/metrics/job/backup-ns/namespace/default/command/${name}/cronjob/nightly`,
    ]);
    const family = `backupns_${name.replaceAll('-', '_')}`;
    expect(pushes[0]?.body).toContain(`${family}_last_run_exit_code{scope="all namespaces"} 0\n`);
    expect(pushes[0]?.body).toContain(`{scope="all namespaces",outcome="failed"} 0\n`);
  });

  test('is not told of a dry run, nor without a pod', async () => {
    const { url, pushes } = await gateway();
    await runAs({ POD: ownPod, METRICS_PUSH_URL: url, DRY_RUN: 'true' });
    expect(told()).toEqual([]);
    expect(pushes).toEqual([]);
    await inSandbox(sandbox, faults.url, (context) => run({}, context), {
      serviceAccount: { namespace: 'default', name: 'fleet' },
    });
    expect(told()).toEqual([]);
  });

  test('is not changed by an API server that does not take its event', async () => {
    for (let time = 0; time < 50; time++) {
      faults.inject({ verb: 'create', resource: 'events' }, status(400));
    }
    await runAs({ POD: ownPod });
    expect(warnings().some((words) => words.includes('event'))).toBe(true);
  });
});
