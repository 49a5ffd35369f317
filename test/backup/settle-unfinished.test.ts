import { describe, expect, it } from 'vitest';
import { settleBackup, settleUnfinished } from '../../src/backup/settle-unfinished.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { volumeSnapshots } from '../../src/kube/resources.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { snapshotObject } from '../support/objects.ts';

/** By name, the labels of ready snapshots; a server that takes no selector gives all of them whatever is asked for. */
async function settle(
  given: Readonly<Record<string, Record<string, string>>>,
  { takesSelectors = true } = {},
) {
  const kube = new FakeKube();
  for (const [name, labels] of Object.entries(given))
    kube.put(volumeSnapshots, snapshotObject(name, labels, { readyToUse: true }));
  const list = kube.list.bind(kube);
  if (!takesSelectors)
    kube.list = <T extends KubeObject>(
      resource: Parameters<typeof list>[0],
      { signal }: { signal: AbortSignal },
    ) => list<T>(resource, { namespace: 'shop', signal });
  const context = testContext(kube);
  const problems = await settleUnfinished({ namespace: 'shop', reason: 'its run was killed' }, context);
  const failed = kube
    .all(volumeSnapshots)
    .filter(({ metadata }) => metadata.annotations?.[annotation.failed] !== undefined)
    .map(({ metadata }) => metadata.name);
  const said = context.lines.map(({ msg }) => msg);
  return { problems, failed, said, calls: kube.calls };
}

const of = (backup: string, mark?: string) => ({
  [label.backup]: backup,
  ...(mark !== undefined && { [label.unfinished]: mark }),
});

describe('what is settled of backups whose runs are over', () => {
  it.each([true, false])(
    'is each by itself, where the server takes selectors: %s',
    async (takesSelectors) => {
      const all = {
        killed: of('one', 'uncut-of-2'),
        finished: of('two'),
        complete: of('three', 'unready-of-1'),
        foreign: {},
      };
      const { problems, failed, said } = await settle(all, { takesSelectors });
      expect({ problems, failed }).toEqual({ problems: [], failed: ['killed'] });
      expect(said.filter((words) => words.includes('none of ours'))).toEqual([]);
    },
  );

  it('is told where all snapshots of a backup are there after all, and not of one that was finished', async () => {
    const stands = 'all snapshots of a backup that was not finished are ready, so it stands';
    const complete = await settle({ complete: of('three', 'unready-of-1') });
    expect(complete.said).toEqual([stands]);
    const kube = new FakeKube();
    kube.put(volumeSnapshots, snapshotObject('finished', of('two'), { readyToUse: true }));
    const context = testContext(kube);
    expect(await settleBackup('two', { namespace: 'shop', reason: 'its run was killed' }, context)).toEqual(
      [],
    );
    expect([context.lines, kube.calls]).toEqual([[], ['list volumesnapshots']]);
  });

  it.each([
    ['nobody understands', of('one', 'soon')],
    ['is of no backup', { [label.unfinished]: 'uncut-of-2' }],
    ['is of a backup that no selector could name', of('-one', 'uncut-of-2')],
  ])('is not a snapshot with a mark that %s, of which nothing is looked for', async (_, labels) => {
    const { failed, said, calls } = await settle({ odd: labels });
    expect([failed, calls]).toEqual([[], ['list volumesnapshots']]);
    expect(said).toEqual([expect.stringContaining(`has a label ${label.unfinished}`)]);
  });
});
