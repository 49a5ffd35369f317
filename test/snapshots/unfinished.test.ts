import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';
import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { unfinishedMark, unfinishedOf, verdictOn } from '../../src/snapshots/unfinished.ts';
import { snapshotObject } from '../support/objects.ts';

interface Member {
  readonly mark: string | undefined;
  readonly isReady?: boolean;
  readonly isFailed?: boolean;
}

function member({ mark, isReady = true, isFailed = false }: Member, index: number) {
  const object = snapshotObject(`volume-${index}`, mark === undefined ? {} : { [label.unfinished]: mark }, {
    readyToUse: isReady,
  });
  if (isFailed) object.metadata.annotations = { [annotation.failed]: 'not ready' };
  return stored(object);
}

const [uncut, unready] = ['uncut-of-2', 'unready-of-2'];
const late = { mark: unready, isReady: false };

describe('a backup whose run is over', () => {
  it.each<[string, 'complete' | 'spoilt', readonly Member[]]>([
    ['of which all are cut and ready', 'complete', [{ mark: unready }, { mark: unready }]],
    ['of which one is not ready', 'spoilt', [{ mark: unready }, late]],
    ['of which one was never made', 'spoilt', [{ mark: unready }]],
    ['that is ready, but was perhaps cut at different times', 'spoilt', [{ mark: uncut }, { mark: uncut }]],
    ['of which the first is noted as cut', 'complete', [{ mark: unready }, { mark: uncut }]],
    ['of which the first is noted as finished', 'complete', [{ mark: undefined }, { mark: unready }]],
    ['that was finished, and of which one is not ready now', 'complete', [{ mark: undefined }, late]],
    ['that was finished, and of which none says anything', 'complete', [{ mark: undefined }]],
    ['of which one is marked as failed', 'spoilt', [{ mark: undefined, isFailed: true }, { mark: unready }]],
    ['whose mark nobody understands', 'spoilt', [{ mark: 'ready' }, { mark: unready }]],
  ])('%s is %s', (_, verdict, members) => {
    expect(verdictOn(members.map(member))).toBe(verdict);
  });

  it('is the same in whatever order its snapshots are listed', () => {
    const mark = constantFrom(undefined, uncut, unready, 'unready-of-3', 'nonsense');
    const members = array(record({ mark, isReady: boolean(), isFailed: boolean() }), {
      maxLength: 3,
    });
    assert(
      property(members, (some) => {
        const all = some.map(member);
        expect(verdictOn(all.toReversed())).toBe(verdictOn(all));
      }),
    );
  });
});

describe('the mark of an unfinished snapshot', () => {
  it('is read as it was written', () => {
    const stage = constantFrom('uncut' as const, 'unready' as const);
    assert(
      property(record({ stage, of: integer({ min: 1, max: 9999 }) }), (unfinished) => {
        expect(unfinishedOf(member({ mark: unfinishedMark(unfinished) }, 0))).toEqual(unfinished);
      }),
    );
  });

  it.each(['', 'uncut', 'uncut-of-0', 'uncut-of-12345', 'uncut-of-2 ', 'UNCUT-of-2', 'uncut-of-2\n'])(
    'that is %j is none',
    (mark) => {
      expect(unfinishedOf(member({ mark }, 0))).toBeUndefined();
    },
  );
});
