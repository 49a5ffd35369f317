/** A PostgreSQL such as people run in a namespace of their own, for the demo and the end-to-end tests. */
export interface SampleApp {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly password: string;
  /** Of the volume `data`. */
  readonly size: string;
  /** Never becomes ready, as a database that is still starting. */
  readonly isUnready?: boolean;
}

export function sampleAppManifests(app: SampleApp): object[] {
  const { namespace, name, password, size } = app;
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace, name: volumeOf(app) },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'hostdisk',
        resources: { requests: { storage: size } },
      },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, stringData: { password } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace, name },
      spec: {
        strategy: { type: 'Recreate' },
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            securityContext: { fsGroup: 999 },
            terminationGracePeriodSeconds: 5,
            containers: [appContainer(app)],
            volumes: [{ name: 'data', persistentVolumeClaim: { claimName: volumeOf(app) } }],
          },
        },
      },
    },
  ];
}

export function volumeOf({ name }: Pick<SampleApp, 'name'>): string {
  return `${name}-data`;
}

function appContainer({ name, image, isUnready = false }: SampleApp): object {
  const password = { valueFrom: { secretKeyRef: { name, key: 'password' } } };
  const data = { name: 'data', mountPath: '/var/lib/postgresql/data' };
  return postgresContainer(image, password, data, isUnready ? ['false'] : undefined);
}

function postgresContainer(
  image: string,
  password: object,
  mount: object,
  isReady = ['pg_isready', '--host=127.0.0.1', '--quiet'],
): object {
  return {
    name: 'postgres',
    image,
    imagePullPolicy: 'Never',
    env: [
      { name: 'POSTGRES_USER', value: 'shop' },
      { name: 'POSTGRES_DB', value: 'shop' },
      { name: 'POSTGRES_PASSWORD', ...password },
    ],
    ...probes(isReady),
    volumeMounts: [mount],
  };
}

/** Ready as soon as it can be. Later looks are seldom: each starts a process, and there are two dozen such pods in the end. */
export function probes(command: readonly string[]): object {
  const probe = { exec: { command }, timeoutSeconds: 5 };
  return {
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 3600 },
    readinessProbe: { ...probe, periodSeconds: 10 },
  };
}

/** A claim that starts with the content of a snapshot. */
export function claimFromSnapshot(namespace: string, name: string, snapshot: string, size: string): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace, name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'hostdisk',
      resources: { requests: { storage: size } },
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: snapshot },
    },
  };
}

/** A fresh, empty PostgreSQL with that claim beside it, read-only, at /restored. */
export function restorePod(
  namespace: string,
  name: string,
  image: string,
  claim: string,
  password: string,
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name },
    spec: {
      terminationGracePeriodSeconds: 5,
      // The dump is readable by its owner alone, which is the same user in both.
      containers: [
        postgresContainer(
          image,
          { value: password },
          { name: 'snapshot', mountPath: '/restored', readOnly: true },
        ),
      ],
      volumes: [{ name: 'snapshot', persistentVolumeClaim: { claimName: claim } }],
    },
  };
}
