import { beforeAll, describe, expect, test } from 'vitest';
import { claimFromSnapshot, restorePod, sampleAppManifests, volumeOf } from '../../scripts/sample-app.ts';
import { apply, installChart, type Testbed } from '../../scripts/testbed.ts';
import { runJob, type Ending } from './job.ts';
import {
  dayInName,
  crashRestarts,
  awkwardPassword,
  freshNamespace,
  getJson,
  inContainer,
  sql,
  testbed,
  waitForRollout,
} from './support.ts';

const namespace = 'e2e-backup';
const app = { namespace, name: 'shop', password: awkwardPassword, size: '600Mi' };

const awkwardContent = `
  create table orders (id bigint primary key, note text, amount numeric, at timestamptz);
  insert into orders select i, repeat('𝄞🐘 ' || i, 3), i / 7.0, timestamptz '2026-01-01' + i * interval '1 minute'
    from generate_series(1, 100000) i;
  create table "we""ird 'table; drop" ("col""umn" text, data bytea);
  insert into "we""ird 'table; drop" values (E'tab\\there\\nand \\\\. a line', decode('00ff275c', 'hex')), (null, null);
  create table empty_one (id int);
  create schema "Größe"; create table "Größe"."Ünï" as select i, chr(128000 + i) as face from generate_series(1, 200) i;
  select lo_from_bytea(0, convert_to(repeat('large object 𝄞 ', 10000), 'UTF8'));
  create view totals as select count(*) from orders;
  create sequence numbers start 42; select nextval('numbers');
`;

/** A row for every table, view and large object: what it is called, how many rows, and a hash of all of them. */
const contentQuery = `
  select format('select %L, count(*), md5(string_agg(md5(t::text), '','' order by md5(t::text))) from %I.%I t;',
                table_schema || '.' || table_name, table_schema, table_name)
    from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') order by 1 \\gexec
  select 'large object', count(*), md5(string_agg(data, ''::bytea order by pageno)) from pg_largeobject group by loid;
  select 'sequence', last_value from numbers;
`;

interface Snapshot {
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  status: { readyToUse: boolean };
}

interface Dump {
  path: string;
  bytes: number;
  sha256: string;
}

describe('a backup of a real PostgreSQL', () => {
  let bed: Testbed;
  let ended: Ending;
  let snapshot: Snapshot;
  let dump: Dump;
  let before: string;

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
    await waitForRollout(bed, namespace, app.name);
    await sql(bed, namespace, 'deployment/shop', awkwardContent);
    before = await sql(bed, namespace, 'deployment/shop', contentQuery);
    await installChart(bed, {
      namespace,
      release: 'backup',
      settings: { BAK_PVC_NAME: volumeOf(app), BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop' },
    });
    ended = await runJob(bed, namespace, 'backup');
    const [name] =
      (ended.result['snapshots'] as { name: string }[] | undefined)?.map((one) => one.name) ?? [];
    snapshot = await getJson<Snapshot>(bed, ['-n', namespace, 'get', 'volumesnapshot', name ?? 'none']);
    [dump] = JSON.parse(snapshot.metadata.annotations['backup-ns.sh/dump']!) as [Dump];
  });

  test('ends well, and its last line on stdout names the snapshot, the dump and the seconds of each step', () => {
    expect(ended.exitCode).toBe(0);
    expect(ended.result).toMatchObject({
      namespace,
      dumps: [
        { engine: 'postgres', database: 'shop', sha256: dump.sha256, bytes: dump.bytes },
        { propertiesOf: 'shop', path: '/var/lib/postgresql/data/dump.sql.gz.properties.sql' },
        { engine: 'postgres', path: '/var/lib/postgresql/data/dump-globals.sql.gz' },
      ],
      snapshots: [{ name: snapshot.metadata.name, pvc: 'shop-data', ready: true }],
    });
    expect(Object.keys(ended.result['seconds'] as object)).toEqual(
      expect.arrayContaining(['slot', 'preflight', 'dump', 'snapshot', 'ready', 'total']),
    );
  });

  test('leaves a ready snapshot that carries the labels of its tiers and no secret', () => {
    expect(snapshot.status.readyToUse).toBe(true);
    const day = dayInName(snapshot.metadata.name);
    expect(snapshot.metadata.labels).toMatchObject({
      'backup-ns.sh/pvc': 'shop-data',
      'backup-ns.sh/type': 'adhoc',
      'backup-ns.sh/pod': ended.pod,
      'backup-ns.sh/retain': 'daily_weekly_monthly',
      'backup-ns.sh/daily': day,
      'backup-ns.sh/monthly': day.slice(0, 7),
    });
    expect(JSON.stringify(snapshot.metadata)).not.toContain(`p'a`);
    expect(ended.log).not.toContain(`p'a`);
  });

  test('is an event that describing its Job and its CronJob shows', async () => {
    const job = await bed.kubectl([
      '-n',
      namespace,
      'get',
      'pod',
      ended.pod,
      '-o',
      'jsonpath={..ownerReferences[0].name}',
    ]);
    for (const object of [`job/${job}`, 'cronjob/backup']) {
      const shown = await bed.kubectl(['-n', namespace, 'describe', object]);
      expect(shown).toMatch(
        new RegExp(
          `Normal +BackupCompleted .* backup-ns +Backed up namespace '${namespace}' in .*${snapshot.metadata.name}`,
        ),
      );
    }
  });

  test('leaves no other file beside the dump, and no process behind', async () => {
    const files = await inContainer(bed, namespace, 'deployment/shop', 'ls /var/lib/postgresql/data');
    expect(files.trim().split('\n')).toEqual([
      'dump-globals.sql.gz',
      'dump-globals.sql.gz.sha256',
      'dump.sql.gz',
      'dump.sql.gz.properties.sql',
      'dump.sql.gz.properties.sql.sha256',
      'dump.sql.gz.sha256',
      'lost+found',
      'pgdata',
    ]);
    const processes = await inContainer(
      bed,
      namespace,
      'deployment/shop',
      "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'",
    );
    expect(processes).not.toMatch(/pg_dump|^sleep$/m);
    expect(await crashRestarts(bed, namespace, 'deployment/shop')).toEqual([]);
  });

  test('gives a second backup of the same day no tier that the first one has', async () => {
    const second = await runJob(bed, namespace, 'backup');
    expect(second.exitCode).toBe(0);
    const [{ labels }] = second.result['snapshots'] as [{ labels: Record<string, string> }];
    expect(labels).not.toHaveProperty('backup-ns.sh/daily');
    expect(labels).not.toHaveProperty('backup-ns.sh/weekly');
    expect(labels).not.toHaveProperty('backup-ns.sh/monthly');
  });

  test('restores from its snapshot into a fresh PostgreSQL, every table row for row', async () => {
    const { postgres } = bed.images;
    await apply(
      bed,
      claimFromSnapshot(namespace, 'restored', snapshot.metadata.name, '600Mi'),
      restorePod(namespace, 'restore', postgres.ref, 'restored', 'another password'),
    );
    await bed.kubectl(['-n', namespace, 'wait', '--for=condition=Ready', 'pod/restore', '--timeout=60s']);
    const digest = await inContainer(
      bed,
      namespace,
      'restore',
      'sha256sum </restored/dump.sql.gz; wc -c </restored/dump.sql.gz',
    );
    expect(digest.split(/\s+/)).toEqual([dump.sha256, '-', String(dump.bytes), '']);
    const load =
      'gzip -dc /restored/dump.sql.gz | PGPASSWORD=$POSTGRES_PASSWORD psql -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 -U shop -d shop';
    await inContainer(bed, namespace, 'restore', load);
    const after = await sql(bed, namespace, 'restore', contentQuery);
    expect(before.split('\n').length).toBeGreaterThan(6);
    expect(before).toMatch(/^public\.orders\|100000\|[0-9a-f]{32}$/m);
    expect(after).toBe(before);
  });
});
