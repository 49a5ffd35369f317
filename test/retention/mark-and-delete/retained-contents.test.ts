import { describe, expect, test } from 'vitest';
import { deleteNamed } from '../../../src/retention/delete/delete-named.ts';
import { markAndDelete } from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { reset, silence, status, type Fault } from '../../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import type { HookEvent } from '../../../scripts/faults/hook.ts';
import type { SnapshotContent } from '../../../scripts/sandbox/controllers/storage-spec.ts';
import { contents, groupContents, namespaces, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { stepNames } from '../../support/steps-of-a-run.ts';
import { hurriedClock } from '../hurried-clock.ts';
import {
  hasData,
  namespace,
  openVolume,
  openVolumes,
  retaining,
  setLabels,
  snap,
  snapGroup,
  tiered,
  untilSettled,
} from '../real-snapshots.ts';
import { inSandbox, retainAccount, type SandboxContext } from '../support.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';

const past = { [label.deleteAfter]: '2026-11-20' };
const daily = { [label.daily]: '2026-11-21' };
const files = { [label.pvc]: 'files' };

interface Scene extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Of those that are to go: each, and where its data is. */
  readonly going: ReadonlyMap<string, string>;
}

/** How retained snapshots are deleted. */
interface Way {
  readonly open: () => Promise<Scene>;
  readonly run: (scene: Scene, context: SandboxContext) => Promise<unknown>;
  /** What is disturbed, and how: each does the same with contents, and one is enough to see all of it. */
  readonly faults: readonly string[];
}

const sweep: Way['run'] = (_scene, context) =>
  markAndDelete(
    readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings,
    context,
  );

async function openSingle(): Promise<Scene> {
  const sandbox = await openVolume();
  await snap(sandbox, 'newest', tiered(daily));
  const folder = await snap(sandbox, 'old', tiered(past), retaining);
  return {
    sandbox,
    going: new Map([['old', folder]]),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

async function openGroup(): Promise<Scene> {
  const sandbox = await openVolumes();
  const newest = { data: tiered(daily), files: tiered({ ...files, ...daily }) };
  await snapGroup(sandbox, 'newest', newest);
  const old = { data: tiered(past), files: tiered({ ...files, ...past }) };
  const members = await snapGroup(sandbox, 'old', old, retaining);
  const going = new Map(Object.values(members).map((name) => [name, folderOf(sandbox, name)]));
  return { sandbox, going, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

const faultsByName: Readonly<Record<string, Fault>> = {
  '403': status(403),
  '409': status(409),
  '500': status(500),
  silence: silence(),
  'a reset after it was done': reset('after'),
};

const ways: Readonly<Record<string, Way>> = {
  'a sweep': { open: openSingle, run: sweep, faults: Object.keys(faultsByName) },
  'a deletion by hand': {
    open: openSingle,
    faults: ['403'],
    run: ({ going }, context) => {
      const settings = { snapshots: [...going.keys()], namespace, yes: true, evenTheLast: false };
      return deleteNamed(settings, { confirm: () => Promise.resolve() }, context);
    },
  },
  'a sweep of a group': { open: openGroup, run: sweep, faults: ['403', 'silence'] },
};

function contentOf({ objects }: Sandbox, name: string): SnapshotContent {
  const { boundVolumeSnapshotContentName } = objects.get(snapshots, namespace, name).status as Record<
    string,
    string
  >;
  return objects.get(contents, undefined, boundVolumeSnapshotContentName ?? '') as SnapshotContent;
}

function folderOf(sandbox: Sandbox, name: string): string {
  return `${sandbox.folder}/snapshots/${contentOf(sandbox, name).status?.snapshotHandle}`;
}

/** Runs to its end, well or not, through a proxy; `onStep` is told of each answer before it is passed on. */
async function runOnce(
  way: Way,
  scene: Scene,
  onStep: (step: string, faults: Faults) => void = () => {},
): Promise<unknown> {
  const { sandbox } = scene;
  const nameOf = stepNames();
  const hook = (event: HookEvent): void => {
    const step = nameOf(event);
    if (step !== undefined) onStep(step, faults);
  };
  await using faults = await startFaults(
    { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} },
    { hook },
  );
  return await inSandbox(
    sandbox,
    faults.url,
    (context) => way.run(scene, context).catch(() => {}),
    retainAccount,
    hurriedClock(),
  );
}

function isRetaining(spec: unknown): boolean {
  return (spec as { deletionPolicy?: string } | undefined)?.deletionPolicy === 'Retain';
}

function holdContent(sandbox: Sandbox, content: KubeObject, isHeld: boolean, annotations = {}): void {
  sandbox.objects.touch(contents, content, ({ metadata }) => {
    const { [label.hold]: _, ...others } = metadata.labels ?? {};
    metadata.labels = { ...others, ...(isHeld && { [label.hold]: 'true' }) };
    metadata.annotations = { ...metadata.annotations, ...annotations };
  });
}

const isThere = ({ objects }: Sandbox, name: string) => {
  const snapshot = objects.find(snapshots, namespace, name);
  return snapshot !== undefined && snapshot.metadata.deletionTimestamp === undefined;
};

/** What is there keeps its data, whatever becomes of its namespace; what is not there has left nothing. */
async function expectSettled({ sandbox, going }: Scene): Promise<void> {
  await untilSettled(sandbox);
  const left = [...going.keys()].filter((name) => isThere(sandbox, name));
  expect([0, going.size]).toContain(left.length);
  for (const name of left) expectUntouched(sandbox, name);
  const stays = left.length > 0;
  for (const folder of going.values()) expect(hasData(folder)).toBe(stays);
  const noted = [contents, groupContents]
    .flatMap((kind) => sandbox.objects.all(kind))
    .filter(({ metadata }) => metadata.labels?.[label.deleting] !== undefined);
  expect(noted).toEqual([]);
  const retained = [contents, groupContents]
    .flatMap((kind) => sandbox.objects.all(kind))
    .filter(({ spec }) => (spec as { deletionPolicy: string }).deletionPolicy === 'Retain');
  expect(stays || retained.length === 0).toBe(true);
}

function expectUntouched(sandbox: Sandbox, name: string): void {
  expect(contentOf(sandbox, name).spec.deletionPolicy).toBe('Retain');
  expect(contentOf(sandbox, name).metadata.deletionTimestamp).toBeUndefined();
}

/** As somebody takes the connection away for good: nothing of the run reaches the server any more, no undoing either. */
const cut = (faults: Faults) => faults.inject({ times: 100_000 }, reset('before'));

for (const [name, way] of sampled(Object.entries(ways), 2)) {
  const steps: string[] = [];
  const matches = new Map<string, { verb: string; resource: string }>();
  {
    await using scene = await way.open();
    await runOnce(way, scene, (step, { requests }) => {
      steps.push(step);
      for (const { verb, resource } of requests) matches.set(`${verb} ${resource}`, { verb, resource });
    });
    await expectSettled(scene);
  }
  /** Before the first of them nothing has been done; how often it is looked for others hangs on the controller. */
  const changes = steps.filter((step) => /(patch|delete) /.test(step));

  describe(`${name} of retained snapshots`, { concurrent: true, timeout: 60_000 }, () => {
    test('has the steps that these tests are about', () => {
      expect(steps.filter((step) => step.includes('patch volumesnapshotcontents'))).not.toEqual([]);
      expect(steps.at(-1)).toMatch(/delete volumesnapshotcontents/);
    });

    test.each(sampled(changes, 1))(
      'leaves all as it was when a user holds one at %s, or has deleted it',
      async (step) => {
        await using scene = await way.open();
        const { sandbox, going } = scene;
        const [first = ''] = going.keys();
        let isHeld = false;
        await runOnce(way, scene, (now) => {
          if (now !== step || !isThere(sandbox, first)) return;
          setLabels(sandbox, first, { [label.hold]: 'true' });
          isHeld = true;
        });
        expect(isThere(sandbox, first)).toBe(isHeld);
        await expectSettled(scene);
        await runOnce(way, scene);
        expect(isThere(sandbox, first)).toBe(isHeld);
        await expectSettled(scene);
      },
    );

    test('leaves all as it is as long as a user holds a content of it', async () => {
      await using scene = await way.open();
      const { sandbox, going } = scene;
      const content = sandbox.objects.all(contents).find(({ spec }) => isRetaining(spec));
      holdContent(sandbox, content!, true);
      await runOnce(way, scene);
      expect([...going.keys()].filter((one) => isThere(sandbox, one))).toEqual([...going.keys()]);
      await expectSettled(scene);
      holdContent(sandbox, content!, false);
      await runOnce(way, scene);
      expect([...going.keys()].filter((one) => isThere(sandbox, one))).toEqual([]);
      await expectSettled(scene);
    });

    exhaustively.test(
      'goes by the hold of the snapshot where that of the content is only a copy of it',
      async () => {
        await using scene = await way.open();
        const { sandbox, going } = scene;
        for (const content of sandbox.objects.all(contents)) {
          holdContent(sandbox, content, true, { [annotation.holdCopied]: 'true' });
        }
        await runOnce(way, scene);
        expect([...going.keys()].filter((one) => isThere(sandbox, one))).toEqual([]);
        await expectSettled(scene);
      },
    );

    test.each(way.open === openSingle ? sampled(changes, 1) : [])(
      'keeps the data of a content that a user holds at %s',
      async (step) => {
        await using scene = await way.open();
        const { sandbox, going } = scene;
        const { metadata } = contentOf(sandbox, 'old');
        const present = () => sandbox.objects.find(contents, undefined, metadata.name ?? '');
        let isHeld = false;
        await runOnce(way, scene, (now) => {
          const content = present();
          if (now !== step || !content || content.metadata.deletionTimestamp !== undefined) return;
          holdContent(sandbox, content, true);
          isHeld = true;
        });
        await runOnce(way, scene);
        await untilSettled(sandbox);
        expect(hasData(going.get('old') ?? '')).toBe(isHeld);
        expect(isRetaining(present()?.spec)).toBe(isHeld);
        expect(present()?.metadata.labels?.[label.deleting]).toBeUndefined();
      },
    );

    test.each(sampled(changes, 1))(
      'that ends at %s never has the data go with the namespace',
      async (step) => {
        await using scene = await way.open();
        const { sandbox, going } = scene;
        await runOnce(way, scene, (now, faults) => void (now === step && cut(faults)));
        const left = [...going.keys()].filter((one) => isThere(sandbox, one));
        for (const one of left) expectUntouched(sandbox, one);
        const { objects } = sandbox;
        objects.delete(namespaces, undefined, namespace);
        await untilSettled(sandbox);
        for (const one of left) expect(hasData(going.get(one) ?? '')).toBe(true);
        await runOnce(way, scene);
        await untilSettled(sandbox);
        for (const one of left) expect(hasData(going.get(one) ?? '')).toBe(true);
        for (const { metadata } of objects.all(contents)) {
          expect(metadata.labels?.[label.deleting]).toBeUndefined();
        }
      },
    );

    test.each(sampled(changes, 1))(
      'that ends at %s is finished, or undone by a hold, in the next run',
      async (step) => {
        await using scene = await way.open();
        const { sandbox, going } = scene;
        await runOnce(way, scene, (now, faults) => void (now === step && cut(faults)));
        await untilSettled(sandbox);
        const left = [...going.keys()].filter((one) => isThere(sandbox, one));
        for (const one of left) setLabels(sandbox, one, { [label.hold]: 'true' });
        await runOnce(way, scene);
        expect([...going.keys()].filter((one) => isThere(sandbox, one))).toEqual(left);
        await expectSettled(scene);
      },
    );

    const writes = [...matches.keys()].filter((what) => /^(patch|delete) /.test(what));
    const cases = writes.flatMap((what) =>
      way.faults.map((words): [string, string, Fault] => [what, words, faultsByName[words]!]),
    );
    test.each(sampled(cases, 1))(
      'that meets at every %s %s leaves what it cannot delete as it was',
      async (what, _, fault) => {
        await using scene = await way.open();
        const { sandbox, going } = scene;
        const match = matches.get(what);
        await runOnce(way, scene, (now, faults) => {
          if (now === steps[0]) faults.inject({ ...match, times: 100_000 }, fault);
        });
        await untilSettled(sandbox);
        for (const one of going.keys()) if (isThere(sandbox, one)) expectUntouched(sandbox, one);
        await runOnce(way, scene);
        await expectSettled(scene);
        expect([...going.keys()].filter((one) => isThere(sandbox, one))).toEqual([]);
      },
    );
  });
}

test.each(['a sweep', 'a deletion by hand', 'a sweep of a group'])(
  '%s says that the data stays of a content that a user holds while its snapshot goes',
  { timeout: 60_000 },
  async (name) => {
    const way = ways[name]!;
    await using scene = await way.open();
    const { sandbox } = scene;
    const result = await runOnce(way, scene, (step) => {
      if (!/delete volume(?:group)?snapshots \d/.test(step)) return;
      for (const kind of [contents, groupContents]) {
        const retained = sandbox.objects.all(kind).filter(({ spec }) => isRetaining(spec));
        for (const content of retained) {
          sandbox.objects.touch(kind, content, ({ metadata }) => {
            metadata.labels = { ...metadata.labels, [label.hold]: 'true' };
          });
        }
      }
    });
    expect(JSON.stringify(result)).toMatch(
      /its data stays, as somebody holds '(?:snapcontent|groupsnapcontent)-/,
    );
  },
);
