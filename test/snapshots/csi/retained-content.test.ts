import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { singleContents, type AnyContent } from '../../../src/snapshots/csi/content-kind.ts';
import {
  forgetDeletion,
  noteDeletion,
  oneLook,
  removeRetained,
  retainedContent,
  type Removal,
  type RetainedContent,
} from '../../../src/snapshots/csi/retained-content.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { contents, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import {
  hasData,
  namespace,
  openVolume,
  retaining,
  snap,
  tiered,
  untilSettled,
} from '../../retention/real-snapshots.ts';
import { inSandbox, retainAccount, type SandboxContext } from '../../retention/support.ts';

describe('a retained content', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  let folder: string;
  let retained: RetainedContent;
  /** What somebody does to it in the moment in which a request to change it has come in. */
  let meanwhile: ((content: KubeObject) => void) | undefined;

  beforeEach(async () => {
    sandbox = await openVolume();
    folder = await snap(sandbox, 'old', tiered(), retaining);
    const [content] = sandbox.objects.all(contents);
    const { uid = '' } = sandbox.objects.get(snapshots, namespace, 'old').metadata;
    retained = retainedContent(singleContents, content as AnyContent, uid)!;
    const hook = ({ phase, request }: { phase: string; request: { verb: string; resource: string } }) => {
      const isChange = phase === 'received' && ['patch', 'delete'].includes(request.verb);
      if (!isChange || request.resource !== 'volumesnapshotcontents') return;
      const act = meanwhile;
      meanwhile = undefined;
      if (act) sandbox.objects.touch(contents, now(), act);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
  });
  afterEach(async () => {
    meanwhile = undefined;
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  const now = () => sandbox.objects.get(contents, undefined, retained.name) as AnyContent;
  const policy = () => now().spec?.deletionPolicy;
  const run = <Result>(act: (context: SandboxContext) => Promise<Result>): Promise<Result> =>
    inSandbox(sandbox, faults.url, act, retainAccount);
  const remove = (one: RetainedContent, others: string[] = []): Promise<Removal> =>
    run((context) => removeRetained(one, () => Promise.resolve(others), 'Delete', context, oneLook));
  const hold = ({ metadata }: KubeObject) => void (metadata.labels = { [label.hold]: 'true' });
  const bringBack = ({ metadata }: KubeObject) =>
    void (metadata.annotations = { [annotation.reboundTo]: 'another' });
  const giveAway = (content: KubeObject) =>
    void ((content as AnyContent).spec!.volumeSnapshotRef!.uid = 'another');

  async function loseOwner(): Promise<void> {
    sandbox.objects.delete(snapshots, namespace, 'old');
    await vi.waitUntil(() => sandbox.objects.find(snapshots, namespace, 'old') === undefined);
  }

  function keepOwner(): void {
    const finalize = ({ metadata }: KubeObject) => void (metadata.finalizers = ['test/stays']);
    sandbox.objects.touch(snapshots, sandbox.objects.get(snapshots, namespace, 'old'), finalize);
    sandbox.objects.delete(snapshots, namespace, 'old');
  }

  it('goes with its data once its snapshot is gone', async () => {
    await loseOwner();
    expect(await remove(retained)).toEqual({ is: 'removed' });
    await untilSettled(sandbox);
    expect(hasData(folder)).toBe(false);
  });

  it('goes without the data that others have', async () => {
    await loseOwner();
    expect(await remove(retained, ['other'])).toEqual({ is: 'shared', others: ['other'] });
    await untilSettled(sandbox);
    expect([sandbox.objects.all(contents), hasData(folder)]).toEqual([[], true]);
  });

  it('is only told to go with its snapshot while that is on its way out, unless others have its data', async () => {
    keepOwner();
    expect(await remove(retained, ['other'])).toEqual({ is: 'waiting' });
    expect([policy(), hasData(folder)]).toEqual(['Retain', true]);
    expect(await remove(retained)).toEqual({ is: 'waiting' });
    await vi.waitUntil(() => !hasData(folder));
  });

  it.each([
    ['held', hold],
    ['brought back', bringBack],
    ['bound to another snapshot', giveAway],
  ])('stays with its data when it is %s, before or while it is deleted', async (_, change) => {
    sandbox.objects.touch(contents, now(), change);
    await loseOwner();
    expect(await remove(retained)).toEqual({ is: 'spared' });
    expect(policy()).toBe('Retain');
    expect(hasData(folder)).toBe(true);
  });

  it.each([
    ['held', hold],
    ['brought back', bringBack],
    ['bound to another snapshot', giveAway],
  ])('stays with its data when it is %s in the moment of its deletion', async (_, change) => {
    await loseOwner();
    meanwhile = change;
    expect(await remove(retained)).toEqual({ is: 'spared' });
    expect([policy(), now().metadata.deletionTimestamp, hasData(folder)]).toEqual([
      'Retain',
      undefined,
      true,
    ]);
  });

  it.each([
    ['held', hold],
    ['brought back', bringBack],
  ])('is not told to go when it is %s in the moment in which it would be', async (_, change) => {
    keepOwner();
    meanwhile = change;
    expect(await remove(retained)).toEqual({ is: 'spared' });
    expect(policy()).toBe('Retain');
  });

  it('is another one when it has only its name', async () => {
    await loseOwner();
    const earlier = { ...retained, uid: 'earlier' };
    expect(await remove(earlier)).toEqual({ is: 'removed' });
    await run((context) => forgetDeletion(earlier, context));
    expect([policy(), now().metadata.deletionTimestamp, hasData(folder)]).toEqual([
      'Retain',
      undefined,
      true,
    ]);
  });

  it('gets its note only as it was read, and once', async () => {
    const read = structuredClone(now());
    sandbox.objects.touch(contents, now(), hold);
    await expect(run((context) => noteDeletion(retained, read, context))).rejects.toMatchObject({
      status: 409,
    });
    expect(now().metadata.labels).not.toHaveProperty([label.deleting]);
    await run((context) => noteDeletion(retained, now(), context));
    const { resourceVersion, labels } = now().metadata;
    expect(labels).toMatchObject({ [label.deleting]: retained.owner.uid, [label.hold]: 'true' });
    await run((context) => noteDeletion(retained, now(), context));
    expect(now().metadata.resourceVersion).toBe(resourceVersion);
  });

  it('retains again when its note is taken away, and is left alone where it has none', async () => {
    await run((context) => noteDeletion(retained, now(), context));
    sandbox.objects.touch(contents, now(), (content) => {
      (content as AnyContent).spec!.deletionPolicy = 'Delete';
    });
    meanwhile = ({ metadata }) => void (metadata.labels = { ...metadata.labels, [label.hold]: 'true' });
    await run((context) => forgetDeletion(retained, context));
    expect(now().metadata.labels).toEqual({ [label.hold]: 'true' });
    expect(policy()).toBe('Retain');
    const { resourceVersion } = now().metadata;
    await run((context) => forgetDeletion(retained, context));
    expect(now().metadata.resourceVersion).toBe(resourceVersion);
  });
});
