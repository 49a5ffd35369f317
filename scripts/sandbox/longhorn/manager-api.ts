import type { Service } from '../api/call.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { volumeHead, type Engine } from './engine.ts';
import { longhornNamespace, snapshots, volumes } from './kinds.ts';
import type { Longhorn } from './longhorn.ts';
import type { LonghornSnapshot, LonghornVolume } from './shapes.ts';

/** Where the manager's API is reached. */
export const backendService = `${longhornNamespace}/longhorn-backend:9500`;

/**
 * What of the manager's API speaks of snapshots: `GET /v1/volumes[/NAME]`, `POST /v1/volumes/NAME?action=…`. Deleting only
 * marks, and what is marked goes with a purge; both want a volume that is attached. api/snapshot.go of longhorn-manager.
 */
export function managerApi(longhorn: Longhorn): Service {
  const { objects, clock } = longhorn.cluster;

  return ({ method, path, query, body }) => {
    const [, version, kind, name] = path.split('/');
    if (version !== 'v1' || kind !== 'volumes') return failure(404, `no such path ${path}`);
    if (name === undefined)
      return {
        status: 200,
        body: { type: 'collection', data: objects.all(volumes, longhornNamespace).map(shown) },
      };
    const volume = objects.find(volumes, longhornNamespace, name) as LonghornVolume | undefined;
    if (!volume) return failure(404, `cannot find volume ${name}`);
    if (method === 'GET') return { status: 200, body: shown(volume) };
    const engine = longhorn.engineOf(name);
    return act(query.get('action') ?? '', volume, engine, readName(body));
  };

  function act(action: string, { metadata, status }: LonghornVolume, engine: Engine, wanted: string) {
    const { name: volume = '' } = metadata;
    if (action === 'snapshotList')
      return {
        status: 200,
        body: {
          type: 'collection',
          data: [...engine.all().map((one) => shownSnapshot(engine, one.name)), head(engine)],
        },
      };
    if (status?.state !== 'attached' || longhorn.isRestarting(volume))
      return failure(
        500,
        `unable to ${action}: volume ${volume} is not attached, or its engine is not running`,
      );
    if (action === 'snapshotPurge') {
      for (const gone of engine.purge())
        void longhorn.cluster.volumes.remove(longhorn.folderOf(volume, gone));
      return { status: 200, body: shown({ metadata, status }) };
    }
    if (!engine.find(wanted)) return failure(404, `cannot find snapshot '${wanted}' of volume '${volume}'`);
    if (action === 'snapshotGet') return { status: 200, body: shownSnapshot(engine, wanted) };
    if (action !== 'snapshotDelete') return failure(404, `no such action ${action}`);
    engine.mark(wanted);
    const resource = objects.find(snapshots, longhornNamespace, wanted) as LonghornSnapshot | undefined;
    if (resource)
      objects.touch(
        snapshots,
        resource,
        (one) =>
          void (one.metadata.annotations = {
            ...one.metadata.annotations,
            'sandbox.backup-ns.sh/looked': timestamp(clock.now()),
          }),
      );
    return { status: 200, body: shownSnapshot(engine, wanted) };
  }
}

function shownSnapshot(engine: Engine, name: string): object {
  const found = engine.find(name);
  return {
    type: 'snapshot',
    name,
    parent: found?.parent ?? '',
    children: Object.fromEntries(engine.childrenOf(name).map((child) => [child, true])),
    removed: found?.isRemoved ?? false,
    usercreated: found?.isUserCreated ?? false,
    created: found?.createdAt ?? '',
    size: String(found?.size ?? 0),
  };
}

function head(engine: Engine): object {
  return {
    type: 'snapshot',
    name: volumeHead,
    parent: engine.last,
    children: {},
    removed: false,
    usercreated: false,
  };
}

function shown({ metadata, status }: { metadata: { name?: string }; status?: unknown }): object {
  const { state, robustness } = (status ?? {}) as { state?: string; robustness?: string };
  return { type: 'volume', id: metadata.name, name: metadata.name, state, robustness };
}

function readName(body: string): string {
  try {
    const { name } = JSON.parse(body || '{}') as { name?: unknown };
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}

function failure(status: number, message: string) {
  return {
    status,
    body: { type: 'error', status, code: status === 404 ? 'Not Found' : 'Server Error', message },
  };
}
