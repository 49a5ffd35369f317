import type { KubeObject } from '../../../src/kube/object.ts';
import { defaultProvider } from '../../../src/snapshots/providers.ts';
import { permissionsToRead } from '../../../src/restore/dump/rights.ts';
import { readerPrefix } from '../../../src/restore/dump/reader-manifest.ts';
import {
  claims,
  clusterRoleBindings,
  clusterRoles,
  persistentVolumes,
  pods,
  snapshots,
} from '../../../scripts/sandbox/objects/kinds.ts';
import { startCreate } from '../../backup/create-process.ts';
import { Scene } from '../../databases/operations/scene.ts';
import { startCommand, type CommandProcess } from '../../support/command-process.ts';

/** The account of the app may also do what reading a snapshot takes, and no more. */
export function allow({ sandbox, app }: Scene, without: readonly string[] = []): void {
  const { objects } = sandbox;
  const rules = permissionsToRead('', 'restore', defaultProvider)
    .map(({ verb, group, plural, subresource }) => ({
      apiGroups: [group],
      resources: [subresource === undefined ? plural : `${plural}/${subresource}`],
      verbs: [verb],
    }))
    .filter(({ resources, verbs }) => !without.includes(`${verbs[0]} ${resources[0]}`));
  const manifest = (name: string): KubeObject => ({ apiVersion: '', kind: '', metadata: { name } });
  objects.create(clusterRoles, undefined, { ...manifest('reader'), rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' };
  const subjects = [{ kind: 'ServiceAccount', ...app.serviceAccount }];
  objects.create(clusterRoleBindings, undefined, { ...manifest('reader'), roleRef, subjects });
}

/** A database with 2000 orders on a snapshot, and 1 by now; the dump on its own volume is gone. */
export async function openLost(without: readonly string[] = []): Promise<{ scene: Scene; snapshot: string }> {
  const scene = await Scene.open();
  allow(scene, without);
  const { exitCode, stderr } = await startCreate(scene.sandbox, scene.app).ended;
  if (exitCode !== 0) throw new Error(stderr);
  const [snapshot] = scene.sandbox.objects.all(snapshots, scene.app.namespace);
  scene.query('delete from orders where id > 1');
  return { scene, snapshot: snapshot?.metadata.name ?? '' };
}

interface RunOptions {
  readonly server?: URL;
  readonly input?: string;
  readonly settings?: Record<string, string>;
}

export function run(
  scene: Scene,
  args: readonly string[],
  { server, input, settings = scene.settings }: RunOptions = {},
): CommandProcess {
  return startCommand(scene.sandbox, {
    command: 'postgres',
    args,
    settings,
    account: { ...scene.app, ...(server && { server }) },
    ...(input !== undefined && { input }),
  });
}

export const rows = (scene: Scene): string => scene.query('select count(*) from orders');

export function annotate({ sandbox, app }: Scene, name: string, annotations: Record<string, string>): void {
  const snapshot = sandbox.objects.get(snapshots, app.namespace, name);
  sandbox.objects.touch(
    snapshots,
    snapshot,
    ({ metadata }) => void (metadata.annotations = { ...metadata.annotations, ...annotations }),
  );
}

/** What a run has made in the cluster, and not taken away. */
export function left({ sandbox, app }: Scene): string[] {
  const { objects } = sandbox;
  const ofRuns = (all: KubeObject[]) =>
    all.map(({ kind, metadata }) => `${kind} ${metadata.name}`).filter((one) => one.includes(readerPrefix));
  const volumes = objects.all(persistentVolumes).length - 1;
  return [
    ...ofRuns(objects.all(pods, app.namespace)),
    ...ofRuns(objects.all(claims, app.namespace)),
    ...(volumes > 0 ? [`${volumes} volumes`] : []),
  ];
}
