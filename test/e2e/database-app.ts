import type { DatabaseImage } from '../../scripts/images/databases.ts';
import { probes } from '../../scripts/sample-app.ts';

/** A database of any engine, in the way that people run it who take care: no root, nothing to write but its volume. */
export interface DatabaseApp {
  readonly namespace: string;
  readonly image: string;
  readonly engine: Engine;
  readonly password: string;
  /** A StatefulSet has a second volume, for files. */
  readonly kind: 'Deployment' | 'StatefulSet';
}

export interface Engine {
  readonly name: 'postgres' | 'mysql';
  /** What the names of its settings begin with. */
  readonly variables: string;
  readonly mountPath: string;
  /** Where it writes beside its volume. */
  readonly runtime: string;
  readonly env: (password: object) => object[];
  readonly ready: readonly string[];
}

const postgres: Engine = {
  name: 'postgres',
  variables: 'BAK_DB_POSTGRES',
  mountPath: '/var/lib/postgresql/data',
  runtime: '/var/run/postgresql',
  env: (password) => [
    { name: 'POSTGRES_USER', value: 'shop' },
    { name: 'POSTGRES_DB', value: 'shop' },
    { name: 'POSTGRES_PASSWORD', ...password },
  ],
  ready: ['pg_isready', '--host=127.0.0.1', '--quiet'],
};

const mysql: Engine = {
  name: 'mysql',
  variables: 'BAK_DB_MYSQL',
  mountPath: '/var/lib/mysql',
  runtime: '/run/mysqld',
  env: (password) => [
    { name: 'MYSQL_DATABASE', value: 'shop' },
    { name: 'MYSQL_ROOT_PASSWORD', ...password },
  ],
  ready: [
    'sh',
    '-c',
    'client=mysql; command -v mariadb >/dev/null && client=mariadb; MYSQL_PWD=$MYSQL_ROOT_PASSWORD exec $client -h127.0.0.1 -uroot -e "DO 1"',
  ],
};

export function engineOf(image: DatabaseImage): Engine {
  return image.startsWith('postgres') ? postgres : mysql;
}

/** The PVCs that are backed up. */
export function claimsOf({ kind }: Pick<DatabaseApp, 'kind'>): string[] {
  return kind === 'StatefulSet' ? ['data-db-0', 'files-db-0'] : ['data'];
}

export function databaseManifests(app: DatabaseApp): object[] {
  const { namespace, kind, password } = app;
  const size = '700Mi';
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: 'db' },
    stringData: { password },
  };
  const selector = { matchLabels: { app: 'db' } };
  if (kind === 'StatefulSet') {
    const volumeClaimTemplates = ['data', 'files'].map((name) => ({
      metadata: { name },
      spec: claimSpec(size),
    }));
    const spec = {
      serviceName: 'db',
      replicas: 1,
      selector,
      template: template(app, ['files']),
      volumeClaimTemplates,
    };
    return [secret, { apiVersion: 'apps/v1', kind, metadata: { namespace, name: 'db' }, spec }];
  }
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace, name: 'data' },
    spec: claimSpec(size),
  };
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  const spec = { strategy: { type: 'Recreate' }, selector, template: template(app, [], volumes) };
  return [secret, claim, { apiVersion: 'apps/v1', kind, metadata: { namespace, name: 'db' }, spec }];
}

function claimSpec(storage: string): object {
  return {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'hostdisk',
    resources: { requests: { storage } },
  };
}

function template({ image, engine }: DatabaseApp, others: readonly string[], volumes: object[] = []): object {
  const { mountPath, runtime, env, ready } = engine;
  const password = { valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } };
  const container = {
    name: engine.name,
    image,
    imagePullPolicy: 'Never',
    env: env(password),
    ...probes(ready),
    securityContext: {
      runAsUser: 999,
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'data', mountPath },
      { name: 'runtime', mountPath: runtime },
      { name: 'tmp', mountPath: '/tmp' },
      ...others.map((name) => ({ name, mountPath: `/${name}` })),
    ],
  };
  return {
    metadata: { labels: { app: 'db' } },
    spec: {
      securityContext: { fsGroup: 999 },
      terminationGracePeriodSeconds: 5,
      containers: [container],
      volumes: [...volumes, { name: 'runtime', emptyDir: {} }, { name: 'tmp', emptyDir: {} }],
    },
  };
}
