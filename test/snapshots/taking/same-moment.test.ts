import { describe, expect, it } from 'vitest';
import { requireSameMoment } from '../../../src/snapshots/taking/same-moment.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';
import { snapshotObject } from '../../support/objects.ts';

const start = Date.UTC(2026, 10, 20);

/** Snapshots that were cut so many milliseconds after the first; undefined says nothing of it. */
function cut(...times: readonly (number | string | undefined)[]) {
  return times.map((time, index) => {
    const creationTime = typeof time === 'number' ? new Date(start + time).toISOString() : time;
    return stored(snapshotObject(`s${index}`, {}, creationTime === undefined ? {} : { creationTime }));
  });
}

describe('snapshots of an app that was at rest for five seconds', () => {
  it.each([
    ['in one moment', [0, 0]],
    ['in the time and the second by which a storage may round', [0, 6000]],
    ['in whatever order', [6000, 0, 3000]],
    ['at a time that only one tells', [0, undefined]],
    ['at a time that is none', [0, 'soon']],
    ['at a time that nobody tells', [undefined, undefined]],
  ])('may have been cut %s', (_, times) => {
    expect(() => requireSameMoment(cut(...times), 5000)).not.toThrow();
  });

  it.each([
    ['two', [0, 6001]],
    ['two, the later one first', [6001, 0]],
    ['three, of which only the first and the last are too far apart', [0, 3000, 6001]],
    ['three, of which one does not say when', [0, undefined, 6001]],
  ])('were not cut in it when there are %s', (_, times) => {
    expect(() => requireSameMoment(cut(...times), 5000)).toThrow(
      /^VolumeSnapshots 's0' and 's1'.* in namespace 'shop' say that they were cut 6.001 s apart/,
    );
  });
});
