import { Claims } from '../../../src/retention/retain/claims.ts';
import { planHash } from '../../../src/retention/retain/retain.ts';
import { planVolumes } from '../../../src/retention/retain/plan-volumes.ts';
import { tieredSnapshot, type ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';
import { SharedValues } from '../../../src/snapshots/shared-values.ts';
import type { RetentionPolicy } from '../../../src/snapshots/tiers.ts';
import type { BenchTools } from '../benchmark.ts';
import { timesTheFloor, type Figure } from '../figure.ts';
import { medianOf } from '../median.ts';
import { timeZone } from '../sandbox/settings.ts';
import { lastBackup, nightlyManifests, ready } from '../sandbox/snapshots.ts';
import { table } from '../table.ts';
import { namespaceCount } from './fleet.ts';
import { manySnapshots } from './memory.ts';

const policy: RetentionPolicy = { last: 0, hourly: 0, daily: 7, weekly: 4, monthly: 12, yearly: 0 };

/** The plan by itself, beside a plain sort by age, and beside reading the same snapshots from objects. */
export function comparePlanning(tools: BenchTools): Figure {
  const { report, print } = tools;
  const rounds = tools.isTiny ? 1 : 7;
  const [count, namespaces] = [manySnapshots(tools), namespaceCount(tools)];
  report(`planning for ${count} snapshots`);
  const names = Array.from({ length: namespaces }, (_, index) => `shop-${index}`);
  const objects = [...ready(nightlyManifests(Math.ceil(count / namespaces), names))];
  for (const { metadata } of objects) metadata.resourceVersion = '1';
  const now = new Date(lastBackup);
  const done = Array.from({ length: rounds }, () => {
    const share = new SharedValues();
    const [peer, snapshots] = timed(() =>
      objects.flatMap((object) => tieredSnapshot(stored(object), timeZone, share) ?? []),
    );
    const claims = new Claims(
      snapshots.map(({ namespace, pvc }) => ({ namespace, pvc, uid: pvc, madeAt: 0 })),
    );
    const [ours] = timed(() =>
      planHash(planVolumes(snapshots, () => ({ policy }), claims, now, timeZone).changes),
    );
    const [floor] = timed(() => sorted(snapshots));
    return { ours, peer, floor };
  });
  const [ours, peer, floor] = (['ours', 'peer', 'floor'] as const).map((name) =>
    medianOf(done, (round) => round[name]),
  ) as [number, number, number];
  const rows = [
    ['ours: the plan, and its name', ours],
    ['reading them from objects', peer],
    ['floor: sorting them by age', floor],
  ];
  print(`${table([`${count} snapshots in memory`, 's'], rows)}\n`);
  return timesTheFloor({ bench: 'retain-planning', ours, peer, floor, unit: 's', limit: 25 });
}

function sorted(snapshots: readonly ManagedSnapshot[]): unknown {
  const volumes = Map.groupBy(snapshots, ({ namespace, pvc }) => `${namespace}/${pvc}`);
  return [...volumes.values()].map((own) => own.toSorted((one, other) => other.createdAt - one.createdAt));
}

function timed<T>(work: () => T): [number, T] {
  const start = performance.now();
  const result = work();
  return [(performance.now() - start) / 1000, result];
}
