import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { DatabaseImage } from '../../scripts/images/databases.ts';
import { run } from '../../scripts/run.ts';
import { apply, checkout, installChart, type Testbed } from '../../scripts/testbed.ts';
import { databaseManifests, engineOf } from './database-app.ts';
import { runJob } from './job.ts';
import { awkwardPassword, freshNamespace, getJson, testbed, until } from './support.ts';

const cases: DatabaseImage[] = ['postgres:17', 'mariadb:11.8'];
const bundle = join(checkout, 'dist', 'backup-ns.mjs');

/** The Roles that docs/restore.md has for whoever restores, for this namespace. */
function documentedRoles(namespace: string): string {
  const page = readFileSync(join(checkout, 'docs', 'restore.md'), 'utf8');
  const [, yaml] = /```yaml\n(apiVersion: rbac[^]*?)```/.exec(page) ?? [];
  return (yaml ?? '').replaceAll('namespace: shop', `namespace: ${namespace}`);
}

/** What makes a pod of those that nobody thought of fail. */
const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'quota' },
  spec: {
    hard: { 'limits.cpu': '50', 'limits.memory': '50Gi', 'requests.cpu': '50', 'requests.memory': '50Gi' },
  },
};

describe.each(cases)('%s on a snapshot', (image) => {
  const engine = engineOf(image);
  const namespace = `e2e-snapshot-${engine.name}`;
  let bed: Testbed;
  let snapshot: string;
  let kubeconfig: string;

  const kubectl = (...args: string[]) => bed.kubectl(['-n', namespace, ...args]);
  const client =
    engine.name === 'postgres'
      ? 'PGPASSWORD=$POSTGRES_PASSWORD psql -XqAt -h 127.0.0.1 -U shop -d shop -c "$1"'
      : 'MYSQL_PWD=$MYSQL_ROOT_PASSWORD mariadb -N -h 127.0.0.1 -u root shop -e "$1"';
  const sql = async (statement: string) =>
    (await kubectl('exec', 'deployment/db', '--', 'sh', '-c', client, 'sh', statement)).trim();
  const words = (...args: string[]) => [bundle, engine.name, ...args, '--kubeconfig', kubeconfig];
  const backupNs = (...args: string[]) => run(process.execPath, words(...args));
  const temporary = async () => {
    const { items } = await getJson<{ items: { kind: string; metadata: { name: string } }[] }>(bed, [
      '-n',
      namespace,
      'get',
      'pods,pvc',
      '-l',
      'backup-ns.sh/temporary',
    ]);
    return items.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  };

  beforeAll(async () => {
    bed = await testbed();
    const { ref } = await bed.image(image);
    await freshNamespace(bed, namespace);
    await apply(
      bed,
      ...databaseManifests({ namespace, image: ref, engine, password: awkwardPassword, kind: 'Deployment' }),
    );
    await kubectl('rollout', 'status', 'deployment/db', '--timeout=120s');
    const rows = Array.from({ length: 2000 }, (_, index) => `(${index}, 'a note of some length')`).join(',');
    await sql(`create table orders (id int primary key, note text); insert into orders values ${rows}`);
    await installChart(bed, {
      namespace,
      release: 'backup',
      settings: {
        BAK_PVC_NAME: 'data',
        [engine.variables]: 'true',
        [`${engine.variables}_EXEC_RESOURCE`]: 'deployment/db',
      },
      values: { locks: { kind: 'none' } },
    });
    const { result } = await runJob(bed, namespace, 'backup');
    snapshot = (result['snapshots'] as { name: string }[])[0]?.name ?? '';
    await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
    await apply(bed, { ...quota, metadata: { ...quota.metadata, namespace } });
    const roles = documentedRoles(namespace).replaceAll('name: restore-databases', `name: ${namespace}`);
    await bed.kubectl(['apply', '-f', '-'], roles);
    await kubectl('create', 'serviceaccount', 'person');
    const subject = `--serviceaccount=${namespace}:person`;
    await kubectl('create', 'rolebinding', 'person', `--role=${namespace}`, subject);
    await bed.kubectl(['delete', 'clusterrolebinding', namespace, '--ignore-not-found']);
    await bed.kubectl(['create', 'clusterrolebinding', namespace, `--clusterrole=${namespace}`, subject]);
    const token = (await kubectl('create', 'token', 'person')).trim();
    const config = JSON.parse(await bed.kubectl(['config', 'view', '--raw', '-o', 'json'])) as {
      contexts: { context: { namespace?: string } }[];
      users: { user: object }[];
    };
    for (const { context } of config.contexts) context.namespace = namespace;
    for (const one of config.users) one.user = { token };
    const folder = mkdtempSync(join(tmpdir(), 'from-snapshot-'));
    kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    return () => rmSync(folder, { recursive: true });
  }, 1_200_000);

  test('is restored by a person with the documented rights, who types its name and no setting', async () => {
    await sql('delete from orders where id > 0');
    const folder = engine.mountPath;
    await kubectl('exec', 'deployment/db', '--', 'sh', '-c', `rm -f ${folder}/dump*`);
    await backupNs('restore', '--snapshot', snapshot, '--yes');
    expect(await sql('select count(*) from orders')).toBe('2000');
    await until('what was made to be gone', 30, async () =>
      (await temporary()).length === 0 ? true : undefined,
    );
  });

  test('is downloaded while the database does not run, from a volume that waits for its pod', async () => {
    const { provisioner } = await getJson<{ provisioner: string }>(bed, ['get', 'storageclass', 'hostdisk']);
    const waiting = `${namespace}-waiting`;
    await apply(bed, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: waiting },
      provisioner,
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    onTestFinished(async () => void (await bed.kubectl(['delete', 'storageclass', waiting])));
    await kubectl('scale', 'deployment/db', '--replicas=0');
    await kubectl('wait', '--for=delete', 'pod', '-l', 'app=db', '--timeout=60s');
    const file = `${kubeconfig}.sql.gz`;
    const args = ['--snapshot', snapshot, '--file', file, '--storage-class', waiting, '-o', 'json'];
    const result = JSON.parse(await backupNs('download', ...args)) as { files: { isRecorded: boolean }[] };
    expect(result.files[0]).toMatchObject({ isRecorded: true });
    expect(readFileSync(file).length).toBeGreaterThan(1000);
    await until('what was made to be gone', 30, async () =>
      (await temporary()).length === 0 ? true : undefined,
    );
  });

  test.runIf(engine.name === 'postgres')(
    'is read by a pod that ends by itself when its reader was killed, and goes with the next run',
    async () => {
      const file = `${kubeconfig}.killed`;
      const child = spawn(process.execPath, words('download', '--snapshot', snapshot, '--file', file), {
        stdio: 'ignore',
      });
      await until('the pod', 60, async () => ((await temporary()).length > 1 ? true : undefined));
      child.kill('SIGKILL');
      await once(child, 'close');
      const ended = await until('the pod to end', 200, async () => {
        const phase = await kubectl(
          'get',
          'pods',
          '-l',
          'backup-ns.sh/temporary',
          '-o',
          'jsonpath={.items[*].status.phase}',
        );
        return phase === 'Running' || phase === 'Pending' ? undefined : phase;
      });
      expect(ended).toBe('Succeeded');
      await backupNs('download', '--snapshot', snapshot, '--file', file);
      await until('what was made to be gone', 30, async () =>
        (await temporary()).length === 0 ? true : undefined,
      );
    },
    300_000,
  );
});
