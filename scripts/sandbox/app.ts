import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Permission } from '../../src/kube/check-permissions.ts';
import { permissionsToCreate, type WantedAccess } from '../../src/backup/permissions.ts';
import { defaultProvider } from '../../src/snapshots/providers.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import {
  claims,
  clusterRoleBindings,
  clusterRoles,
  deployments,
  namespaces,
  pods,
  roleBindings,
  roles,
  secrets,
  serviceAccounts,
} from './objects/kinds.ts';
import type { Sandbox } from './sandbox.ts';

export interface SandboxApp {
  readonly namespace: string;
  /** The folder of its volume, `data`. */
  readonly volume: string;
  readonly dumpFile: string;
  /** The settings of `create` for it, as variables. */
  readonly settings: Readonly<Record<string, string>>;
  /** Who may do what a backup does, and no more. */
  readonly serviceAccount: { readonly namespace: string; readonly name: string };
}

export interface Database {
  /** The folder of its programs: first in the container's PATH. */
  readonly programs: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly name: string;
}

/** A claim, in a new namespace if need be. Gives the folder of its volume, which is there when this resolves. */
export async function provisionVolume(sandbox: Sandbox, namespace: string, claim = 'data'): Promise<string> {
  const { objects } = sandbox;
  if (!objects.find(namespaces, undefined, namespace)) {
    objects.create(namespaces, undefined, manifest('Namespace', namespace, {}));
  }
  objects.create(claims, namespace, manifest('PersistentVolumeClaim', claim, claimSpec));
  await untilIs(() => objects.find(claims, namespace, claim), 'Bound');
  return sandbox.volume(namespace, claim);
}

/** Resolves with the object once it is there and in this phase. */
export async function untilIs(find: () => KubeObject | undefined, phase: string): Promise<KubeObject> {
  for (;;) {
    const object = find();
    if ((object?.status as { phase?: string } | undefined)?.phase === phase && object) return object;
    await delay(2);
  }
}

/** What its service account may do besides. */
export type AppPermissions = Partial<WantedAccess> & { readonly asGroup?: boolean };

/** An app on volume `data` and others that are provisioned, with its database if it has one: its pod is ready when this resolves. */
export async function deployApp(
  sandbox: Sandbox,
  namespace: string,
  database?: Database,
  others: readonly string[] = [],
  permissions: AppPermissions = {},
): Promise<SandboxApp> {
  const { objects } = sandbox;
  const volume = sandbox.volume(namespace, 'data');
  const mounts = ['data', ...others].map((name) => ({ name, mountPath: sandbox.volume(namespace, name) }));
  objects.create(secrets, namespace, {
    ...manifest('Secret', 'app', {}),
    stringData: { password: database?.password ?? '' },
  });
  objects.create(deployments, namespace, manifest('Deployment', 'app', deploymentSpec(mounts, database)));
  const serviceAccount = allowBackups(sandbox, namespace, permissions);
  await untilIs(() => objects.all(pods, namespace)[0], 'Running');
  const dumpFile = join(volume, 'dump.sql.gz');
  return {
    namespace,
    volume,
    dumpFile,
    serviceAccount,
    settings: settingsFor(namespace, dumpFile, database),
  };
}

function settingsFor(
  namespace: string,
  dumpFile: string,
  database: Database | undefined,
): Record<string, string> {
  const common = {
    BAK_NAMESPACE: namespace,
    BAK_PVC_NAME: 'data',
    BAK_LABEL_VS_RETAIN: 'daily_weekly_monthly',
  };
  if (!database) return { ...common, BAK_DB_SKIP: 'true' };
  return {
    ...common,
    BAK_DB_POSTGRES: 'true',
    BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/app',
    BAK_DB_POSTGRES_DUMP_FILE: dumpFile,
    BAK_DB_POSTGRES_PORT: String(database.port),
  };
}

function manifest(kind: string, name: string, spec: object): KubeObject {
  return { apiVersion: '', kind, metadata: { name }, spec };
}

const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

function deploymentSpec(volumeMounts: { name: string; mountPath: string }[], database?: Database): object {
  const labels = { app: 'app' };
  const password = { valueFrom: { secretKeyRef: { name: 'app', key: 'password' } } };
  const container = {
    name: 'postgres',
    image: database ? 'postgres' : 'files',
    env: database && [
      { name: 'PATH', value: `${database.programs}:${process.env['PATH']}` },
      { name: 'POSTGRES_USER', value: database.user },
      { name: 'POSTGRES_DB', value: database.name },
      { name: 'POSTGRES_PASSWORD', ...password },
    ],
    volumeMounts,
  };
  const volumes = volumeMounts.map(({ name }) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container], volumes } },
  };
}

/** A service account with a Role of exactly what the preflight asks for. */
function allowBackups(
  { objects }: Sandbox,
  namespace: string,
  wish: AppPermissions,
): SandboxApp['serviceAccount'] {
  const name = 'backup';
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  objects.create(serviceAccounts, namespace, manifest('ServiceAccount', name, {}));
  const resources = [{ kind: 'deployment' as const, name: 'app' }];
  const { asGroup, ...others } = wish;
  const group = asGroup ? { selector: {}, className: undefined } : undefined;
  const ofSnapshots = defaultProvider.permissions(namespace, { className: undefined, group });
  const permissions = permissionsToCreate(namespace, { resources, byVolume: true, ...others }, ofSnapshots);
  const grant = (kind: 'Role' | 'ClusterRole', place: string | undefined, roleName: string): void => {
    const [role, binding] = kind === 'Role' ? [roles, roleBindings] : [clusterRoles, clusterRoleBindings];
    const rules = permissions.filter((permission) => permission.namespace === place).map(ruleFor);
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName };
    objects.create(role, place, { ...manifest(kind, roleName, {}), rules });
    objects.create(binding, place, { ...manifest(`${kind}Binding`, roleName, {}), roleRef, subjects });
  };
  grant('Role', namespace, name);
  grant('ClusterRole', undefined, `${namespace}-${name}`);
  return { namespace, name };
}

function ruleFor({ verb, group, plural, subresource, name }: Permission): object {
  return {
    verbs: [verb],
    apiGroups: [group],
    resources: [subresource ? `${plural}/${subresource}` : plural],
    ...(name !== undefined && { resourceNames: [name] }),
  };
}
