import type { Context } from '../context.ts';
import type { Dump } from '../databases/database.ts';
import { postgres } from '../databases/postgres.ts';
import { acquireNodeSlot } from '../locks/node-slots.ts';
import type { CreateSettings } from '../settings/create.ts';
import { preflight, type Preflight } from './preflight.ts';
import type { BackupResult } from './result.ts';
import { takeSnapshot } from './snapshot.ts';
import { Steps } from './steps.ts';

export interface BackupRequest {
  readonly settings: CreateSettings;
  /** The settings to record on the snapshot, secrets left out. */
  readonly recorded: Readonly<Record<string, string>>;
}

/** Makes one backup: a dump and a snapshot of the volume it lies on, or an error and the old dump as it was. */
export async function createBackup(request: BackupRequest, context: Context): Promise<BackupResult> {
  const { settings } = request;
  const steps = new Steps(context);
  if (!settings.nodeSlots || settings.dryRun) return backUp(request, steps, context);
  const options = { ...settings.nodeSlots, holder: settings.labels.pod };
  await using _slot = await steps.run('slot', 'lock', 'Taking a node slot', () =>
    acquireNodeSlot(options, context),
  );
  return await backUp(request, steps, context);
}

async function backUp(
  { settings, recorded }: BackupRequest,
  steps: Steps,
  context: Context,
): Promise<BackupResult> {
  const { log, kube } = context;
  const namespace = settings.namespace ?? kube.namespace;
  const database = settings.postgres && postgres(settings.postgres, settings.maximumUsedPercent, context);

  const checked = await steps.run('preflight', 'preflight', 'Checking what the backup stands on', () =>
    preflight(namespace, settings, database, context),
  );
  log.info({ namespace, pvc: settings.pvc, ...described(checked) }, 'checked');
  if (settings.dryRun) return { namespace, dryRun: true, dumps: [], snapshots: [], seconds: steps.summary() };

  const dumps: Dump[] = [];
  const target = checked.database;
  if (database && target) {
    log.info({ namespace, pod: target.container.pod, engine: database.engine }, 'dumping');
    const dump = await steps.run('dump', 'dump', 'The dump', () => database.dump(target));
    dumps.push(dump);
    log.info({ namespace, path: dump.path, bytes: dump.bytes, milliseconds: steps.took('dump') }, 'dumped');
  }

  const snapshot = await takeSnapshot({ namespace, settings, recorded, dumps, checked }, steps, context);
  return { namespace, dryRun: false, dumps, snapshots: [snapshot], seconds: steps.summary() };
}

function described({ snapshotClass, database }: Preflight): Record<string, unknown> {
  const { name, deletionPolicy } = snapshotClass;
  return { ...(database && { pod: database.container.pod }), class: name, deletionPolicy };
}
