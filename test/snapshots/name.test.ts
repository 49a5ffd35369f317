import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { snapshotName } from '../../src/snapshots/name.ts';
import { instant, objectNamePattern, pvcName, timeZone } from '../support/kubernetes-names.ts';

const now = new Date('2026-11-20T23:03:07Z');
const random = fc.stringMatching(/^[a-z0-9]{4,16}$/);

it('is made of the PVC, the local time and the random characters', () => {
  expect(snapshotName('data', now, 'Europe/Vienna', 'x7k2p9')).toBe('data-2026-11-21-000307-x7k2p9');
});

it('is a valid name for any PVC, and ends with the time and the random characters', () => {
  fc.assert(
    fc.property(pvcName, instant, timeZone, random, (pvc, time, zone, id) => {
      const name = snapshotName(pvc, time, zone, id);
      expect(name).toMatch(objectNamePattern);
      expect(name).toMatch(new RegExp(`-\\d{4}-\\d\\d-\\d\\d-\\d{6}-${id}$`));
      const stem = name.slice(0, -(19 + id.length));
      expect(stem === pvc || pvc.startsWith(stem.replace(/-[0-9a-f]{8}$/, ''))).toBe(true);
    }),
  );
});

it('keeps the whole of a PVC name that leaves room', () => {
  const pvc = 'p'.repeat(253 - 25);
  expect(snapshotName(pvc, now, 'UTC', 'x7k2p9')).toBe(`${pvc}-2026-11-20-230307-x7k2p9`);
});

it.each(['.', '-', '.a', '-a', '-.-'])('does not leave %j at the end of a name that is cut', (ending) => {
  const pvc = `${'p'.repeat(253 - 25 - 9 - 1)}${ending}${'q'.repeat(20)}`;
  expect(snapshotName(pvc, now, 'UTC', 'x7k2p9')).toMatch(/^p{218}-[0-9a-f]{8}-2026-11-20-230307-x7k2p9$/);
});

it('differs for two PVCs whose names are cut at the same place', () => {
  const names = ['a', 'b'].map((end) => snapshotName(`${'p'.repeat(240)}${end}`, now, 'UTC', 'x7k2p9'));
  expect(names[0]).not.toBe(names[1]);
});
