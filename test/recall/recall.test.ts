import { describe, expect, test } from 'vitest';
import { recalled } from '../../src/cli/recalled.ts';
import { knownNames } from '../../src/cli/known-settings.ts';
import { serverSettings } from '../../src/databases/operations/settings.ts';
import { postgres } from '../../src/databases/postgres/postgres.ts';
import { configMaps, cronJobs, secrets, volumeSnapshots } from '../../src/kube/resources.ts';
import { readSettings } from '../../src/settings/read.ts';
import { annotation } from '../../src/snapshots/labels.ts';
import { testContext } from '../support/context.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { sampled } from '../support/exhaustive.ts';
import { hostileTexts } from '../fuzz/hostile-texts.ts';

type Env = readonly Record<string, unknown>[];

const dumps = { name: 'BAK_DB_POSTGRES', value: 'true' };
const resource = (value: string) => ({ name: 'BAK_DB_POSTGRES_EXEC_RESOURCE', value });

class Cluster {
  readonly kube = new FakeKube();
  readonly context = testContext(this.kube);

  /** A CronJob with these variables of its container. */
  cronJob(
    env: Env,
    { name = 'backup', namespace = 'shop', ...container }: Record<string, unknown> = {},
  ): this {
    const containers = [{ image: 'backup-ns', args: ['create'], env, ...container }];
    this.kube.put(cronJobs, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: name as string, namespace: namespace as string },
      spec: { jobTemplate: { spec: { template: { spec: { containers } } } } },
    });
    return this;
  }

  secret(name: string, data: Record<string, string>): this {
    const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    this.kube.put(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'shop' },
      data: Object.fromEntries(encoded) as object,
    });
    return this;
  }

  snapshot(name: string, recorded: unknown): this {
    const annotations = { [annotation.envConfig]: JSON.stringify(recorded) };
    this.kube.put(volumeSnapshots, {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshot',
      metadata: { name, namespace: 'shop', annotations },
      spec: {},
    });
    return this;
  }

  /** What a command goes by, and from where. */
  async read(
    flags: Record<string, string> = {},
    environment: Record<string, string> = {},
    terminal = fakeTerminal(),
  ) {
    const sources = { environment, flags, machine: { cpus: 1 }, knownNames };
    const { rows, settings } = readSettings(
      serverSettings(postgres),
      await recalled(postgres)(sources, this.context, terminal),
    );
    const row = (name: string) => rows.find((one) => one.name === `BAK_DB_POSTGRES_${name}`);
    return { settings, of: (name: string) => [row(name)?.value, row(name)?.origin] };
  }

  get said(): string[] {
    return this.context.lines.map(({ msg }) => msg);
  }
}

describe('the settings of a database are those of the CronJob of its namespace', () => {
  test('where no flag and no variable says otherwise, and one line says what was taken', async () => {
    const cluster = new Cluster().cronJob([
      dumps,
      resource('statefulset/db'),
      { name: 'BAK_DB_POSTGRES_PORT', value: '5433' },
      { name: 'BAK_DB_POSTGRES_DB', value: 'shop' },
    ]);
    const { of } = await cluster.read(
      { BAK_DB_POSTGRES_PORT: '5434' },
      { BAK_DB_POSTGRES_DB: 'blog', BAK_DB_POSTGRES_PORT: '5435' },
    );
    expect(of('EXEC_RESOURCE')).toEqual(['statefulset/db', 'cluster']);
    expect(of('PORT')).toEqual(['5434', 'flag']);
    expect(of('DB')).toEqual(['blog', 'environment']);
    expect(of('HOST')).toEqual(['127.0.0.1', 'default']);
    expect(cluster.said).toEqual([
      "settings of CronJob 'backup': --db-postgres-exec-resource statefulset/db",
    ]);
  });

  test('as the kubelet reads them: with other variables in them, ConfigMaps, Secrets, flags', async () => {
    const cluster = new Cluster()
      .secret('db', { user: 'shop', password: 'pa$$word$(X)' })
      .cronJob(
        [
          dumps,
          { name: 'APP', value: 'db' },
          resource('statefulset/$(APP)'),
          { name: 'BAK_DB_POSTGRES_USER', valueFrom: { secretKeyRef: { name: 'db', key: 'user' } } },
          { name: 'BAK_DB_POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          { name: 'BAK_DB_POSTGRES_DB', value: '$${SHOP_DB}' },
          { name: 'BAK_DB_POSTGRES_HOST', value: '$(LATER)' },
          { name: 'LATER', value: 'later' },
        ],
        {
          args: ['create', '--db-postgres-port=5433'],
          envFrom: [{ prefix: 'BAK_DB_POSTGRES_', configMapRef: { name: 'more' } }],
        },
      );
    cluster.kube.put(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'more', namespace: 'shop' },
      data: { EXEC_CONTAINER: 'main', PORT: '1', USER: 'other' },
    });
    await expect(cluster.read()).rejects.toThrow(
      /^BAK_DB_POSTGRES_HOST \(--db-postgres-host\) of CronJob 'backup' is '\$\(LATER\)', and must be a host name.*; give it here$/,
    );
    const { of, settings } = await cluster.read({ BAK_DB_POSTGRES_HOST: 'h' });
    expect(of('EXEC_RESOURCE')).toEqual(['statefulset/db', 'cluster']);
    // What a Secret has is used, and not shown.
    expect(of('USER')).toEqual(['***', 'cluster']);
    expect(settings.server.connection.args).toContain('shop');
    expect(of('DB')).toEqual(['${SHOP_DB}', 'cluster']);
    expect(of('PORT')).toEqual(['5433', 'cluster']);
    expect(of('EXEC_CONTAINER')).toEqual(['main', 'cluster']);
    expect(of('PASSWORD')).toEqual(['***', 'cluster']);
    expect(settings.server.connection.secret).toBe('pa$$word$(X)');
    expect(cluster.said.join()).not.toContain('pa$');
  });

  test('but a Secret that may not be read is named with the flag, and only a password may be guessed', async () => {
    const ref = (name: string) => ({ name, valueFrom: { secretKeyRef: { name: 'db', key: 'k' } } });
    const cluster = new Cluster().cronJob([
      dumps,
      ref('BAK_DB_POSTGRES_USER'),
      ref('BAK_DB_POSTGRES_PASSWORD'),
    ]);
    cluster.kube.denied.add('get secrets');
    await expect(cluster.read()).rejects.toThrow(
      "BAK_DB_POSTGRES_USER (--db-postgres-user) of CronJob 'backup' is in Secret 'db', which you may not read; give it here",
    );
    const { of } = await cluster.read({ BAK_DB_POSTGRES_USER: 'me' });
    expect(of('PASSWORD')).toEqual(['${POSTGRES_PASSWORD}', 'default']);
    expect(cluster.said.at(-1)).toBe(
      "--db-postgres-password of CronJob 'backup' is in Secret 'db', which you may not read; give it here, or else the default is tried",
    );
    expect(cluster.kube.calls.filter((call) => call === 'get secrets')).toHaveLength(2);
  });

  test('and a password file of its pod is not looked for on this machine', async () => {
    const cluster = new Cluster().cronJob([
      dumps,
      { name: 'BAK_DB_POSTGRES_PASSWORD_FILE', value: '/etc/passwd' },
    ]);
    const { settings } = await cluster.read();
    expect(settings.server.connection.secret).toBe('');
    expect(cluster.said).toEqual([
      "--db-postgres-password of CronJob 'backup' is in a file of its pod, where it stays; give it here, or else the default is tried",
    ]);
    const flag = new Cluster().cronJob([dumps], {
      args: ['create', '--db-postgres-password-file', '/etc/passwd'],
    });
    expect((await flag.read()).settings.server.connection.secret).toBe('');
  });

  test('and without the right to list CronJobs it goes by flags, variables and defaults', async () => {
    const cluster = new Cluster().cronJob([dumps, resource('statefulset/db')]);
    cluster.kube.denied.add('list cronjobs');
    expect((await cluster.read()).of('EXEC_RESOURCE')).toEqual(['deployment/app-base', 'default']);
    const warning = "the CronJobs in namespace 'shop' may not be listed, so their settings are not known";
    expect(cluster.said).toEqual([warning]);
    await cluster.read({ BAK_DB_POSTGRES_EXEC_RESOURCE: 'pod/a' });
    expect(cluster.said).toEqual([warning]);
    await expect(cluster.read({ 'cron-job': 'backup' })).rejects.toThrow(/failed: cannot list/);
  });
});

test('where no CronJob dumps the database, that is said, unless its place is given', async () => {
  const said = [
    "no CronJob of backup-ns in namespace 'shop' is known to dump PostgreSQL; what is not given here has its default",
  ];
  const none = new Cluster();
  expect((await none.read()).of('EXEC_RESOURCE')).toEqual(['deployment/app-base', 'default']);
  expect(none.said).toEqual(said);
  await none.read({ BAK_DB_POSTGRES_EXEC_RESOURCE: 'pod/a' });
  expect(none.said).toEqual(said);
  const other = new Cluster().cronJob([{ name: 'BAK_DB_MYSQL', value: 'true' }]);
  await other.read();
  expect(other.said).toEqual(said);
});

describe('what the pod may go without', () => {
  const port = 'BAK_DB_POSTGRES_PORT';
  const bag = (name: string) => ({ configMapRef: { name, optional: true } });
  const key = (field: string) => ({
    name: port,
    valueFrom: { [field]: { name: 'a', key: 'k', optional: true } },
  });
  const put = (cluster: Cluster, name: string, data: Record<string, string>) =>
    cluster.kube.put(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'shop' },
      data,
    });
  const warning = (name: string) =>
    `a setting of CronJob 'backup' perhaps is in ConfigMap '${name}', which you may not read; give it here`;

  test.each(['configMapKeyRef', 'secretKeyRef'])(
    'has its default where the object of an optional %s is not there',
    async (field) => {
      const cluster = new Cluster().cronJob([dumps, resource('pod/a'), key(field)]);
      expect((await cluster.read()).of('PORT')).toEqual(['5432', 'default']);
    },
  );

  test('is asked for where the object of an optional key may not be read', async () => {
    const cluster = new Cluster().cronJob([dumps, resource('pod/a'), key('configMapKeyRef')]);
    cluster.kube.denied.add('get configmaps');
    await expect(cluster.read()).rejects.toThrow(
      "BAK_DB_POSTGRES_PORT (--db-postgres-port) of CronJob 'backup' is in ConfigMap 'a', which you may not read; give it here",
    );
  });

  test('is unset without a word where an optional ConfigMap is not there', async () => {
    const cluster = new Cluster().cronJob([dumps, resource('pod/a')], { envFrom: [bag('a')] });
    expect((await cluster.read()).of('PORT')).toEqual(['5432', 'default']);
    expect(cluster.said.join()).not.toContain('perhaps');
  });

  test('is perhaps set, which is a warning, where an optional ConfigMap may not be read', async () => {
    const cluster = new Cluster().cronJob([dumps, resource('pod/a')], { envFrom: [bag('a')] });
    cluster.kube.denied.add('get configmaps');
    expect((await cluster.read()).of('PORT')).toEqual(['5432', 'default']);
    expect(cluster.said).toContain(warning('a'));
  });

  test('is asked for where one that may not be read comes after one that has it', async () => {
    const cluster = new Cluster().cronJob([dumps, resource('pod/a')], {
      envFrom: [bag('a'), { secretRef: { name: 'b', optional: true } }],
    });
    put(cluster, 'a', { [port]: '5433' });
    cluster.kube.denied.add('get secrets');
    await expect(cluster.read()).rejects.toThrow(
      "BAK_DB_POSTGRES_PORT (--db-postgres-port) of CronJob 'backup' perhaps is in Secret 'b', which you may not read; give it here",
    );
  });

  test('is asked for where it refers to what is perhaps set', async () => {
    const env = [dumps, resource('pod/a'), { name: port, value: '$(P)' }];
    const cluster = new Cluster().cronJob(env, { envFrom: [bag('a')] });
    cluster.kube.denied.add('get configmaps');
    await expect(cluster.read()).rejects.toThrow(/_PORT .* is in ConfigMap 'a', which you may not read/);
  });

  test('may be whether the database is dumped, which is a warning', async () => {
    const cluster = new Cluster().cronJob([resource('pod/a')], { envFrom: [bag('a')] });
    cluster.kube.denied.add('get configmaps');
    expect((await cluster.read()).of('EXEC_RESOURCE')[1]).toBe('default');
    expect(cluster.said).toEqual([
      "whether CronJob 'backup' dumps PostgreSQL perhaps is in ConfigMap 'a', which you may not read; give it here",
      "no CronJob of backup-ns in namespace 'shop' is known to dump PostgreSQL; what is not given here has its default",
    ]);
  });
});

describe('several CronJobs', () => {
  const two = () =>
    new Cluster()
      .cronJob([dumps, resource('pod/a')], { name: 'one' })
      .cronJob([dumps, resource('pod/b')], { name: 'two' });

  test('that differ are named, with the flag to choose one', async () => {
    await expect(two().read()).rejects.toThrow(
      "CronJobs 'one' and 'two' in namespace 'shop' have different settings of PostgreSQL: ⟪postgresExecResource⟫; choose one with ⟪cronJob⟫",
    );
    expect((await two().read({ 'cron-job': 'two' })).of('EXEC_RESOURCE')[0]).toBe('pod/b');
    await expect(two().read({ 'cron-job': 'three' })).rejects.toThrow(
      "CronJob 'three' in namespace 'shop' is none of backup-ns that dumps PostgreSQL of this namespace; those that do are: one, two",
    );
  });

  test('that differ in what is given here anyway do not matter', async () => {
    const flags = { BAK_DB_POSTGRES_EXEC_RESOURCE: 'pod/c' };
    expect((await two().read(flags)).of('EXEC_RESOURCE')).toEqual(['pod/c', 'flag']);
  });

  test('that say the same are as one, a default that is written out included', async () => {
    const cluster = new Cluster()
      .cronJob([dumps, resource('pod/a')], { name: 'one' })
      .cronJob([dumps, resource('pod/a'), { name: 'BAK_DB_POSTGRES_PORT', value: '5432' }], { name: 'two' });
    expect((await cluster.read()).of('EXEC_RESOURCE')[0]).toBe('pod/a');
    expect(cluster.said[0]).toMatch(/^settings of CronJobs 'one' and 'two': /);
  });
});

describe('a CronJob does not count', () => {
  test.each<[string, Env, Record<string, unknown>]>([
    [
      'that backs up another namespace',
      [dumps, resource('pod/a'), { name: 'BAK_NAMESPACE', value: 'b' }],
      {},
    ],
    [
      'that does so by a flag',
      [dumps, resource('pod/a')],
      { args: ['create', '-n', 'x', '--namespace', 'b'] },
    ],
    ['that does so by a letter', [dumps, resource('pod/a')], { args: ['create', '-n', 'b'] }],
    [
      'that does so in a script',
      [dumps, resource('pod/a')],
      { args: ['sh', '-c', 'if true; then backup-ns create -n b; fi'] },
    ],
    ['that dumps no PostgreSQL', [resource('pod/a')], {}],
    ['of another tool', [dumps, resource('pod/a')], { args: ['run'] }],
  ])('%s', async (_, env, container) => {
    expect((await new Cluster().cronJob(env, container).read()).of('EXEC_RESOURCE')[1]).toBe('default');
  });

  test('but one counts whose shell runs create, with the words that it gives', async () => {
    const script = "backup-ns create --db-postgres --db-postgres-port=1 --db-postgres-port '5433' && true";
    const cluster = new Cluster().cronJob([], { args: ['sh', '-c', script] });
    expect((await cluster.read()).of('PORT')).toEqual(['5433', 'cluster']);
    const loop = 'for i in 1 2; do backup-ns create --db-postgres-port $i && break; done';
    const inLoop = new Cluster().cronJob([dumps, resource('pod/a')], { args: ['sh', '-c', loop] });
    await expect(inLoop.read()).rejects.toThrow(
      "BAK_DB_POSTGRES_PORT (--db-postgres-port) of CronJob 'backup' is in a command that only its pod puts together; give it here",
    );
    const { of } = await inLoop.read({ BAK_DB_POSTGRES_PORT: '1' });
    expect(of('EXEC_RESOURCE')).toEqual(['pod/a', 'cluster']);
  });

  test('except one that is told its own namespace', async () => {
    const namespace = { name: 'BAK_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } };
    const cluster = new Cluster().cronJob([dumps, resource('pod/a'), namespace]);
    expect((await cluster.read()).of('EXEC_RESOURCE')[0]).toBe('pod/a');
  });
});

describe('what a tenant writes into a CronJob', () => {
  test('never goes to another namespace, another cluster or a file', async () => {
    const cluster = new Cluster().cronJob([
      dumps,
      resource('pod/a'),
      ...['KUBECONFIG', 'HTTPS_PROXY', 'BAK_LOCKFILE_DIR', 'NODE_OPTIONS', 'BAK_PUSHGATEWAY_URL'].map(
        (name) => ({
          name,
          value: '/evil',
        }),
      ),
    ]);
    const sources = { environment: {}, flags: {}, machine: { cpus: 1 }, knownNames };
    const { remembered, environment } = await recalled(postgres)(sources, cluster.context, fakeTerminal());
    expect([...(remembered?.keys() ?? [])]).toEqual(['BAK_DB_POSTGRES_EXEC_RESOURCE']);
    expect(environment).toEqual({});
  });

  test.each([...sampled(Object.values(hostileTexts).flat(), 8), 'pod/../../b', 'a'.repeat(70_000), '$(A)'])(
    'is refused in one plain line, or taken as a name: %j',
    async (text) => {
      const cluster = new Cluster().cronJob([{ name: 'A', value: text }, dumps, resource(text)]);
      const outcome = await cluster.read().then(
        ({ of }) => `BAK_DB_POSTGRES_EXEC_RESOURCE is ${of('EXEC_RESOURCE')[1]}`,
        (error: Error) => error.message,
      );
      expect(outcome).toMatch(/^BAK_DB_POSTGRES_EXEC_RESOURCE [^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,900}$/u);
      for (const line of cluster.said) expect(line).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,400}$/u);
    },
  );

  test.each([null, 'x', [null, 1, { name: 1 }, { name: 'BAK_DB_POSTGRES', valueFrom: 'x' }]])(
    'may be no list of variables at all: %j',
    async (env) => {
      const { of } = await new Cluster().cronJob(env as unknown as Env).read();
      expect(of('EXEC_RESOURCE')[1]).toBe('default');
    },
  );

  test('may refer to itself and grow, and still comes to an end', async () => {
    const doubled = Array.from({ length: 60 }, (_, i) => ({ name: `V${i + 1}`, value: `$(V${i})$(V${i})` }));
    const env = [dumps, { name: 'V0', value: 'x'.repeat(10) }, ...doubled, resource('$(V60)')];
    await expect(new Cluster().cronJob(env).read()).rejects.toThrow(/is longer than any setting/);
  });
});

describe('what a CronJob has from a Secret', () => {
  const ofSecret = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: 'db', key } },
  });

  test('is shown to nobody, whatever setting it is given to and whatever it is a part of', async () => {
    const cluster = new Cluster()
      .secret('db', { token: 'sk-live-42' })
      .cronJob([
        dumps,
        resource('pod/db'),
        ofSecret('BAK_DB_POSTGRES_USER', 'token'),
        ofSecret('TOKEN', 'token'),
        { name: 'BAK_DB_POSTGRES_DB', value: 'of-$(TOKEN)' },
      ]);
    const { of, settings } = await cluster.read();
    expect(settings.server.connection.args.join(' ')).toContain('literal sk-live-42');
    expect([of('USER')[0], of('DB')[0]]).toEqual(['***', '***']);
    expect(cluster.said.join()).toContain('--db-postgres-user ***');
    expect(cluster.said.join()).not.toContain('sk-live');
  });

  test('is not shown where it is wrong, either', async () => {
    const cluster = new Cluster()
      .secret('db', { token: 'sk-live-42' })
      .cronJob([dumps, resource('pod/db'), ofSecret('BAK_DB_POSTGRES_PORT', 'token')]);
    const error = (await cluster.read().catch((one: unknown) => one)) as Error;
    expect(error.message).toMatch(/BAK_DB_POSTGRES_PORT .* is not usable, and must be/);
  });
});

describe('for a snapshot', () => {
  const recorded = {
    BAK_DB_POSTGRES_EXEC_RESOURCE: 'pod/then',
    BAK_DB_POSTGRES_DB: 'shop',
    BAK_NAMESPACE: 'b',
  };

  const secret = { name: 'BAK_DB_POSTGRES_PASSWORD', value: 'secret' };

  test('the settings are those of the CronJob, which is of the database as it is now', async () => {
    const cluster = new Cluster().snapshot('monday', recorded).cronJob([dumps, resource('pod/now'), secret]);
    const { of, settings } = await cluster.read({ snapshot: 'monday' });
    expect(of('EXEC_RESOURCE')).toEqual(['pod/now', 'cluster']);
    expect(settings.server.connection.secret).toBe('secret');
  });

  test('without a CronJob a person is asked about what its backup has recorded, but for another server', async () => {
    const forged = {
      BAK_DB_POSTGRES_PASSWORD: 'forged',
      BAK_DB_POSTGRES_HOST: 'evil.example',
      BAK_DB_POSTGRES_PORT: '1',
      BAK_DB_POSTGRES_EXEC_CONTAINER: 'postgres',
    };
    const cluster = new Cluster().snapshot('monday', { ...recorded, ...forged });
    const terminal = fakeTerminal('y');
    const { of, settings } = await cluster.read({ snapshot: 'monday' }, {}, terminal);
    // Of a default nobody is asked.
    expect(terminal.asked).toEqual([
      "No CronJob says which database this is. VolumeSnapshot 'monday' says so: --db-postgres-exec-resource pod/then --db-postgres-db shop\nWhoever may write to snapshots may have written that. Is it right? [y/N] ",
    ]);
    expect(of('EXEC_RESOURCE')).toEqual(['pod/then', 'cluster']);
    expect(settings.namespace).toBeUndefined();
    expect([of('HOST')[1], of('PORT')[1], of('PASSWORD')[1]]).not.toContain('cluster');
    expect(cluster.said).toEqual([
      "settings of VolumeSnapshot 'monday': --db-postgres-exec-resource pod/then, --db-postgres-db shop",
    ]);
  });

  test('without a CronJob a person who says no ends it', async () => {
    const cluster = new Cluster().snapshot('monday', recorded);
    const read = cluster.read({ snapshot: 'monday' }, {}, fakeTerminal(''));
    await expect(read).rejects.toMatchObject({ reason: 'cancelled' });
  });

  const kinds = {
    EXEC_RESOURCE: 'pod/x',
    EXEC_CONTAINER: 'x',
    USER: 'x',
    DB: 'x',
    DUMP_FILE: '/x/photo.sql',
  };

  test.each(Object.entries(kinds))(
    'nothing that only it says is believed unasked: %s',
    async (kind, value) => {
      const name = `BAK_DB_POSTGRES_${kind}`;
      const cluster = new Cluster().snapshot('monday', { [name]: value });
      const flag = `--db-postgres-${kind.toLowerCase().replace('_', '-')} ${value}`;
      const refused = {
        reason: 'settings',
        message: expect.stringMatching(
          `anybody who may write to snapshots.*; if it is right, give it here: ${flag}$`,
        ),
      };
      // Neither without a terminal, nor by --yes, of a person who does not read.
      await expect(cluster.read({ snapshot: 'monday' })).rejects.toMatchObject(refused);
      const terminal = fakeTerminal('y');
      const read = cluster.read({ snapshot: 'monday', yes: 'true' }, {}, terminal);
      await expect(read).rejects.toMatchObject(refused);
      expect(terminal.asked).toEqual([]);
      cluster.kube.denied.add('list cronjobs');
      await expect(cluster.read({ snapshot: 'monday' })).rejects.toMatchObject(refused);
      const { of } = await cluster.read({ snapshot: 'monday', [name]: value });
      expect(of(kind)).toEqual([value, 'flag']);
    },
  );

  test('the line of flags is what a shell reads as those values, and no other command', async () => {
    const recordedDb = { BAK_DB_POSTGRES_DB: "a'; rm -rf ~ $(x)", BAK_DB_POSTGRES_USER: '-h' };
    const cluster = new Cluster().snapshot('monday', recordedDb);
    await expect(cluster.read({ snapshot: 'monday' })).rejects.toThrow(
      `give it here: --db-postgres-user=-h --db-postgres-db 'a'\\''; rm -rf ~ $(x)'`,
    );
  });

  test.each(['a\u200Bb', 'a\u202Eb', 'a\nb', 'x'.repeat(501), '⟪postgresHost⟫', 'a://u:p@h/d'])(
    'nobody is asked about a value that cannot be shown as it is: %j',
    async (text) => {
      const cluster = new Cluster().snapshot('monday', { ...recorded, BAK_DB_POSTGRES_DB: text });
      const terminal = fakeTerminal('y');
      await expect(cluster.read({ snapshot: 'monday' }, {}, terminal)).rejects.toThrow(
        /BAK_DB_POSTGRES_DB .*of VolumeSnapshot 'monday' cannot be shown as a whole; give it here$/,
      );
      expect(terminal.asked).toEqual([]);
    },
  );

  test('a password that a person gives goes to no place that is only on the snapshot', async () => {
    const cluster = new Cluster().snapshot('monday', recorded);
    const { of } = await cluster.read({ snapshot: 'monday', BAK_DB_POSTGRES_PASSWORD: 'mine' });
    expect(of('EXEC_RESOURCE')[1]).not.toBe('cluster');
  });

  test.each(['pod/x and more… (3000 characters)', 'a://***@b'])(
    'what was not recorded as it was is asked for: %s',
    async (text) => {
      const cluster = new Cluster().snapshot('monday', { ...recorded, BAK_DB_POSTGRES_EXEC_RESOURCE: text });
      await expect(cluster.read({ snapshot: 'monday' })).rejects.toThrow(
        /of VolumeSnapshot 'monday' was not recorded as a whole; give it here$/,
      );
    },
  );

  test.each(['no JSON', '[]', '"x"', 7, null, { BAK_DB_POSTGRES_EXEC_RESOURCE: { a: 1 } }])(
    'with a record of %j the CronJob counts',
    async (record) => {
      const cluster = new Cluster().snapshot('monday', record).cronJob([dumps, resource('pod/now')]);
      expect((await cluster.read({ snapshot: 'monday' })).of('EXEC_RESOURCE')[0]).toBe('pod/now');
    },
  );

  test('that is not there says how to find one', async () => {
    await expect(new Cluster().read({ snapshot: 'monday' })).rejects.toThrow(
      /There is no VolumeSnapshot 'monday'/,
    );
  });
});
