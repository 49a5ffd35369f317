import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { syncMetadata } from '../../src/orphans/sync-metadata.ts';
import { markAndDelete } from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { retain } from '../../src/retention/retain/retain.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { syncMetadataSettings } from '../../src/orphans/sync-metadata-settings.ts';
import { label } from '../../src/snapshots/labels.ts';
import { ResultError } from '../../src/core/errors.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import {
  namespace,
  openVolumes,
  retaining,
  snap,
  snapGroup,
  tiered,
  untilSettled,
} from '../retention/real-snapshots.ts';
import { inSandbox, type SandboxContext } from '../retention/support.ts';
import { claims, contents, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Definition } from '../../scripts/sandbox/objects/definition.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';
import { render } from './helm.ts';
import { loadOwnPod, ownPod } from '../record/own-pod.ts';
import { Installed } from './installed.ts';

const past = { [label.deleteAfter]: '2026-11-20' };
const daily = { [label.daily]: '2026-11-21' };
const files = { [label.pvc]: 'files' };
const lastNight = new Date('2026-11-21T02:30:00Z');

/** Each account of the chart that looks at all snapshots of a cluster, with the rights that helm gives it. */
export function rightsOfRetention(helm: () => string): void {
  describe('the account of a release', { timeout: 60_000 }, () => {
    let sandbox: Sandbox;
    let faults: Faults;
    /** Changed by somebody after the next list of them was answered, so that what is written then meets a conflict. */
    let touched: Definition | undefined;

    beforeEach(async () => {
      sandbox = await openVolumes();
      const hook = ({ phase, request }: { phase: string; request: { verb: string; resource: string } }) => {
        if (phase !== 'answered' || request.verb !== 'list' || request.resource !== touched?.plural) return;
        const { objects } = sandbox;
        for (const object of objects.all(touched)) {
          objects.touch(touched, object, ({ metadata }) => {
            metadata.annotations = { ...metadata.annotations, note: 'by somebody' };
          });
        }
        touched = undefined;
      };
      faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
    });
    afterEach(async () => {
      await faults[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    });

    const install = async (markAndDelete: object = {}): Promise<Installed> => {
      const values = {
        create: { enabled: false },
        retain: { enabled: true },
        markAndDelete: { enabled: true, ...markAndDelete },
        syncMetadata: { enabled: true },
      };
      const release = { name: 'fleet', namespace: 'ops', values };
      const installed = new Installed(sandbox, release, await render(helm(), release));
      loadOwnPod(sandbox, 'ops');
      return installed;
    };
    const as = <Result>(account: string, run: (context: SandboxContext) => Promise<Result>) =>
      inSandbox(sandbox, faults.url, run, {
        serviceAccount: { namespace: 'ops', name: account },
        namespace: 'ops',
      });
    const sourcesIn = (installed: Installed, account: string, more: Record<string, string>) =>
      sourcesOf({ ...installed.environment(account, ownPod), ...more });

    test('that retains may do that, and no more', async () => {
      const account = 'fleet-retain';
      const installed = await install();
      const { uid = '' } = sandbox.objects.get(claims, namespace, 'data').metadata;
      const nights = nightlySnapshots(namespace, 'data', 12, lastNight);
      for (const { metadata } of nights) metadata.labels = { ...metadata.labels, [label.pvcUid]: uid };
      sandbox.load(snapshots, nights);
      touched = snapshots;
      const run = (more: Record<string, string> = {}) => {
        const { settings } = readSettings(retainSettings, sourcesIn(installed, account, more));
        return as(account, (context) => retain(settings, context));
      };
      expect((await run()).changed.length).toBeGreaterThan(0);
      await run({ RETAIN_NAMESPACES: namespace });
      expect(installed.judge(account)).toMatchObject({ refused: [], unused: [] });
    });

    test('that retains may do that in its own namespace without rights in the cluster', async () => {
      const account = 'fleet-retain';
      const values = { create: { enabled: false }, retain: { enabled: true }, rbac: { cluster: false } };
      const release = { name: 'fleet', namespace, values };
      const installed = new Installed(sandbox, release, await render(helm(), release));
      loadOwnPod(sandbox, namespace);
      const { uid = '' } = sandbox.objects.get(claims, namespace, 'data').metadata;
      const nights = nightlySnapshots(namespace, 'data', 12, lastNight);
      for (const { metadata } of nights) metadata.labels = { ...metadata.labels, [label.pvcUid]: uid };
      sandbox.load(snapshots, nights);
      touched = snapshots;
      const { settings } = readSettings(retainSettings, sourcesIn(installed, account, {}));
      const run = (context: SandboxContext) => retain(settings, context);
      const { changed } = await inSandbox(sandbox, faults.url, run, {
        serviceAccount: { namespace, name: account },
        namespace,
      });
      expect(changed.length).toBeGreaterThan(0);
      expect(installed.judge(account)).toMatchObject({ refused: [], unused: [] });
    });

    test('that gives contents what their snapshots say may do that, and no more', async () => {
      const account = 'fleet-sync-metadata';
      const installed = await install();
      await snap(sandbox, 'night', tiered(daily), retaining);
      touched = contents;
      const run = (more: Record<string, string> = {}) => {
        const { settings } = readSettings(syncMetadataSettings, sourcesIn(installed, account, more));
        return as(account, (context) => syncMetadata(settings, context));
      };
      expect((await run()).changed).toHaveLength(1);
      await run({ SYNC_METADATA_NAMESPACE_SELECTOR: 'team=shop' });
      expect(installed.judge(account)).toMatchObject({ refused: [], unused: [] });
    });

    describe('that deletes', () => {
      const account = 'fleet-mark-and-delete';

      /** Of each kind one that is due, one that has no date yet, and one of a run that was killed amid its deletion. */
      beforeEach(async () => {
        await snapGroup(sandbox, 'newest', { data: tiered(daily), files: tiered({ ...files, ...daily }) });
        const due = { data: tiered(past), files: tiered({ ...files, ...past }) };
        await snapGroup(sandbox, 'group', due);
        await snapGroup(sandbox, 'retained-group', due, retaining);
        await snap(sandbox, 'single', tiered(past));
        await snap(sandbox, 'retained', tiered(past), retaining);
        await snap(sandbox, 'dateless', tiered());
        await snap(sandbox, 'broken-off', tiered(past), retaining);
        const { objects } = sandbox;
        const { metadata, status } = objects.get(snapshots, namespace, 'broken-off');
        const { boundVolumeSnapshotContentName: name } = status as Record<string, string>;
        objects.touch(contents, objects.get(contents, undefined, name ?? ''), (content) => {
          content.metadata.labels = { ...content.metadata.labels, [label.deleting]: metadata.uid ?? '' };
        });
        objects.delete(snapshots, namespace, 'broken-off');
        await untilSettled(sandbox);
      });

      const run = async (installed: Installed, more: Record<string, string> = {}) => {
        const given = { MARK_AND_DELETE_PAUSE: '0', ...more };
        const { settings } = readSettings(markAndDeleteSettings, sourcesIn(installed, account, given));
        try {
          return await as(account, (context) => markAndDelete(settings, context));
        } finally {
          await untilSettled(sandbox);
        }
      };
      const left = () =>
        sandbox.objects
          .all(contents)
          .map(({ spec }) => ownerOf(spec))
          .toSorted();
      const policies = () =>
        new Set(
          sandbox.objects.all(contents).map(({ spec }) => (spec as Record<string, string>)['deletionPolicy']),
        );

      test('may do that, and no more', async () => {
        const installed = await install();
        await run(installed);
        expect(left()).toHaveLength(3);
        await run(installed, { MARK_AND_DELETE_NAMESPACE_SELECTOR: 'team=shop' });
        expect(installed.judge(account)).toMatchObject({ refused: [], unused: [] });
      });

      test('may change and delete no content where none are retained, and says so of one that is', async () => {
        const installed = await install({ retainedContents: false });
        const before = left();
        const error = await run(installed).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(ResultError);
        const { failed } = (error as ResultError).result as {
          failed: { name: string; error: string }[];
        };
        const may = 'system:serviceaccount:ops:fleet-mark-and-delete may not patch, delete';
        const grant = 'grant it in the ClusterRole bound to it; until then the snapshot stays as it is';
        for (const { error: words } of failed) {
          expect(words).toMatch(/^Volume(Group)?SnapshotContent '\S+' is told to retain its data, and /);
          expect(words).toContain(may);
          expect(words).toContain(grant);
        }
        expect(failed.map(({ name }) => name)).toEqual(expect.arrayContaining(['broken-off', 'retained']));
        expect(failed).toHaveLength(4);
        // The single one and the group of which the contents go with them.
        expect(left()).toHaveLength(before.length - 3);
        expect(left()).toContain('retained');
        expect(policies()).toContain('Retain');
        await run(installed, { MARK_AND_DELETE_NAMESPACE_SELECTOR: 'team=shop' }).catch(() => {});
        expect(installed.judge(account)).toMatchObject({ refused: [], unused: [] });
      });
    });
  });
}

function ownerOf(spec: unknown): string {
  return (spec as { volumeSnapshotRef: { name: string } }).volumeSnapshotRef.name;
}
