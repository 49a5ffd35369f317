import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleAppManifests, volumeOf } from '../../scripts/sample-app.ts';
import { apply, installChart, type Testbed } from '../../scripts/testbed.ts';
import { crashApiServer } from './crash-api-server.ts';
import { ending, runJob, startJob, type Ending } from './job.ts';
import {
  awkwardPassword,
  freshNamespace,
  inContainer,
  sql,
  testbed,
  until,
  waitForRollout,
} from './support.ts';

const namespace = 'e2e-faults';
const app = { namespace, name: 'shop', password: awkwardPassword, size: '1100Mi' };
const database = 'deployment/shop';
const data = '/var/lib/postgresql/data';

/** 150 MB that compress badly, so that a dump takes its time. */
const muchContent = `
  create table big as
    select i, (select string_agg(md5(random()::text || i || j), '') from generate_series(1, 30) j) as text
    from generate_series(1, 150000) i`;

interface SnapshotList {
  items: { metadata: { name: string } }[];
}

function expectDumpFailed(ended: Ending, words: RegExp): void {
  expect(ended.exitCode).toBe(6);
  expect(ended.result).toMatchObject({
    reason: 'dump',
    exitCode: 6,
    error: expect.stringMatching(words) as string,
  });
  expect(ended.message).toContain(ended.result['error']);
  expect(ended.result['error']).not.toContain('\n');
}

describe('what breaks in the middle of a dump', () => {
  let bed: Testbed;
  let oldDump: string;
  let oldSnapshots: string[];

  const inDatabase = (script: string) => inContainer(bed, namespace, database, script);
  const dumpState = () =>
    inDatabase(`cd ${data}; sha256sum -c dump.sql.gz.sha256; sha256sum dump.sql.gz; ls dump*`);
  const snapshots = async () => {
    const list = await bed.kubectl(['-n', namespace, 'get', 'volumesnapshots', '-o', 'json']);
    return (JSON.parse(list) as SnapshotList).items.map(({ metadata }) => metadata.name);
  };

  /** A backup whose dump is being written. */
  async function dumping(): Promise<string> {
    const job = await startJob(bed, namespace, 'backup');
    const size = `wc -c ${data}/dump.sql.gz.*.partial 2>/dev/null || echo 0`;
    await until('the dump to be in the middle', 60, async () =>
      Number.parseInt((await inDatabase(size)).trim(), 10) > 3_000_000 ? true : undefined,
    );
    return job;
  }

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
    await waitForRollout(bed, namespace, app.name);
    await installChart(bed, {
      namespace,
      release: 'backup',
      settings: {
        BAK_PVC_NAME: volumeOf(app),
        BAK_DB_POSTGRES_EXEC_RESOURCE: database,
        BAK_THRESHOLD_SPACE_USED_PERCENTAGE: '100',
      },
    });
    expect(await runJob(bed, namespace, 'backup')).toMatchObject({ exitCode: 0 });
    await sql(bed, namespace, database, muchContent);
  });

  beforeEach(async () => {
    oldDump = await dumpState();
    oldSnapshots = await snapshots();
  });

  /** The old dump is there, there is no new snapshot, and the next run is fine. */
  afterEach(async () => {
    await waitForRollout(bed, namespace, app.name);
    expect((await snapshots()).toSorted()).toEqual(oldSnapshots.toSorted());
    const left = await dumpState();
    expect(left.replaceAll(/^.*\.partial.*\n/gm, '')).toBe(oldDump);
    expect(await runJob(bed, namespace, 'backup')).toMatchObject({ exitCode: 0 });
    expect(await dumpState()).not.toBe(oldDump);
    expect(await inDatabase(`ls ${data}`)).not.toContain('partial');
  });

  test('a disk that is full: the words of the system, and nothing of the new dump stays', async () => {
    const leave = `set -- $(df -Pk ${data} | tail -n 1); fallocate -l "$((($4 - 20000) * 1024))" ${data}/pgdata/filler`;
    await inDatabase(leave);
    try {
      const ended = await runJob(bed, namespace, 'backup');
      expectDumpFailed(
        ended,
        /^The dump of database 'shop' in .* failed, the previous dumps are as they were: .*No space left on device/,
      );
      expect(await inDatabase(`ls ${data}`)).not.toContain('partial');
    } finally {
      await inDatabase(`rm -f ${data}/pgdata/filler`);
    }
  });

  test('a server that crashes and recovers: the words of pg_dump', async () => {
    const job = await dumping();
    const pid = await sql(
      bed,
      namespace,
      database,
      "select pid from pg_stat_activity where query like 'COPY %big%'",
    );
    await inDatabase(`kill -KILL ${Number(pid)}`);
    expectDumpFailed(
      await ending(bed, namespace, job),
      /^The dump of database 'shop' in .* failed, the previous dumps are as they were: pg_dump: error: /,
    );
  });

  test('a container that restarts', async () => {
    const job = await dumping();
    await inDatabase('kill -QUIT 1');
    expectDumpFailed(await ending(bed, namespace, job), /^The dump /);
  });

  test('a pod that is evicted', async () => {
    const job = await dumping();
    const [pod = ''] = (
      await bed.kubectl(['-n', namespace, 'get', 'pods', '-l', 'app=shop', '-o', 'name'])
    ).split('\n');
    const name = pod.replace('pod/', '');
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    await bed.kubectl(
      ['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '-f', '-'],
      JSON.stringify(eviction),
    );
    expectDumpFailed(await ending(bed, namespace, job), /^The dump /);
  });

  test('an API server that restarts', async () => {
    const job = await dumping();
    await crashApiServer(bed);
    expectDumpFailed(await ending(bed, namespace, job), /^The dump /);
  });
});
