import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseImage } from '../../scripts/images/databases.ts';
import { run } from '../../scripts/run.ts';
import { apply, checkout, installChart, type Testbed } from '../../scripts/testbed.ts';
import { claimsOf, databaseManifests, engineOf, type DatabaseApp } from './database-app.ts';
import { differences } from '../databases/museum/exhibits.ts';
import { surprises, type Way } from '../databases/museum/gaps.ts';
import { runJob, type Ending } from './job.ts';
import { podMuseum, type PodMuseum } from './pod-museum.ts';
import { awkwardPassword, freshNamespace, testbed } from './support.ts';

const cases: { image: DatabaseImage; kind: DatabaseApp['kind'] }[] = [
  { image: 'postgres:13', kind: 'Deployment' },
  { image: 'postgres:15-busybox', kind: 'Deployment' },
  { image: 'postgres:17', kind: 'StatefulSet' },
  { image: 'postgres:18', kind: 'Deployment' },
  { image: 'mariadb:10.5', kind: 'Deployment' },
  { image: 'mariadb:10.11-busybox', kind: 'Deployment' },
  { image: 'mariadb:11.8', kind: 'StatefulSet' },
  { image: 'mysql:9.7', kind: 'Deployment' },
];

describe.each(cases)('$image in a $kind', ({ image, kind }) => {
  const engine = engineOf(image);
  const namespace = `e2e-${image.replaceAll(/[^a-z0-9]/g, '-')}`;
  const target = `${kind.toLowerCase()}/db`;
  let bed: Testbed;
  let ended: Ending;
  let museum: PodMuseum;
  let before: string[];

  /** Nothing, if it is as it was, or differs as it is known to. */
  const surprisesOf = (way: Way) =>
    surprises(
      { ends: { [way]: differences(before, museum.lines()) }, warnings: [ended.log] },
      museum.gap,
    ).slice(0, 40);

  beforeAll(async () => {
    bed = await testbed();
    const { ref } = await bed.image(image);
    await freshNamespace(bed, namespace);
    await apply(
      bed,
      ...databaseManifests({ namespace, image: ref, engine, password: awkwardPassword, kind }),
    );
    await bed.kubectl(['-n', namespace, 'rollout', 'status', target, '--timeout=120s']);
    if (kind === 'StatefulSet')
      await bed.kubectl(['-n', namespace, 'exec', target, '--', 'sh', '-c', 'echo x >/files/attachment']);
    museum = await podMuseum(bed, { namespace, target, container: engine.name });
    museum.make();
    before = museum.lines();
    await installChart(bed, {
      namespace,
      release: 'backup',
      settings: {
        BAK_PVC_NAME: claimsOf({ kind }).join(','),
        BAK_DB_POSTGRES: String(engine.name === 'postgres'),
        [engine.variables]: 'true',
        [`${engine.variables}_EXEC_RESOURCE`]: target,
      },
    });
    ended = await runJob(bed, namespace, 'backup');
    // The first time, its image is built.
  }, 1_200_000);

  test('is backed up: one ready snapshot of each volume, all of one backup', () => {
    expect(ended).toMatchObject({ exitCode: 0 });
    const { backup, dumps, snapshots } = ended.result as {
      backup: string;
      dumps: { engine: string; database?: string; version: string; toolVersion: string }[];
      snapshots: { pvc: string; ready: boolean; labels: Record<string, string> }[];
    };
    const [, version = ''] = /^[a-z]+:([0-9.]+)/.exec(image) ?? [];
    const dump = dumps.find(({ database }) => database === 'shop');
    expect(dump).toMatchObject({ engine: engine.name });
    expect([dump?.version, dump?.toolVersion].every((said) => said?.startsWith(version))).toBe(true);
    expect(snapshots.map(({ pvc, ready }) => ({ pvc, ready }))).toEqual(
      claimsOf({ kind }).map((pvc) => ({ pvc, ready: true })),
    );
    for (const { labels } of snapshots)
      expect(labels).toMatchObject({
        'backup-ns.sh/backup': backup,
        'backup-ns.sh/daily': expect.any(String) as string,
      });
    expect(ended.log).not.toContain(`p'a`);
  });

  test('that is lost comes back whole by the restore command', async () => {
    museum.lose();
    const bundle = join(checkout, 'dist', 'backup-ns.mjs');
    const place = [
      '--kubeconfig',
      bed.kubeconfig,
      '-n',
      namespace,
      `--db-${engine.name}-exec-resource`,
      target,
    ];
    await run(process.execPath, [bundle, engine.name, 'restore', ...place, '--yes']);
    expect(surprisesOf('restore')).toEqual([]);
  });

  test('that is lost comes back whole by hand', () => {
    museum.loseAll();
    museum.load(engine.mountPath);
    expect(surprisesOf('by hand')).toEqual([]);
  });
});
