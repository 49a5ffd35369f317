import type { SnapshotContext } from '../snapshots/provider.ts';
import { UserError } from '../core/errors.ts';
import { hasStatus } from '../kube/error.ts';
import type { HeldLease } from '../locks/held-lease.ts';
import { requireUsableDirectory } from '../locks/claim-directory.ts';
import { acquireNamespaceLease, type NamespaceLeaseOptions } from '../locks/namespace-lease.ts';
import { acquireNodeSlot } from '../locks/node-slots.ts';
import type { CreateSettings } from './settings/create.ts';
import { backUp } from './back-up.ts';
import { requirePermissions } from './permissions.ts';
import { firstLook } from './first-look.ts';
import { intentOf } from './intent.ts';
import { ownersOfLease } from './owners-of-lease.ts';
import { preflight } from './preflight.ts';
import { recorded } from '../record/recorded.ts';
import { backupReport } from './report.ts';
import type { BackupRequest } from './request.ts';
import type { BackupResult } from './result.ts';
import { undoLeftovers } from './quiesce/undo-leftovers.ts';
import { UndoLog } from './quiesce/undo-log.ts';
import { Steps } from './steps.ts';

/** Makes one backup: dumps, and snapshots of the volumes they lie on; or an error, and the old dumps as they were. */
export async function createBackup(request: BackupRequest, context: SnapshotContext): Promise<BackupResult> {
  const { settings } = request;
  const namespace = settings.namespace ?? context.kube.namespace;
  requireRoomForRecord(request);
  if (settings.dryRun) return dryRun(namespace, settings, context);
  const report = backupReport(namespace, settings.pvcs);
  const run = { report, settings: settings.record, withNames: request.withNames };
  return recorded(run, context, () => lockAndBackUp(namespace, request, context));
}

/**
 * Of the 256 KiB that the annotations of an object may have together, so that the summaries of dumps, and what others
 * write on a snapshot, find room as well.
 */
const maximumRecord = 131_072;

/** An object that is refused for its annotations would be so after the dumps were replaced. */
function requireRoomForRecord({ recorded: settings }: BackupRequest): void {
  const bytes = Buffer.byteLength(JSON.stringify(settings));
  if (bytes <= maximumRecord) return;
  throw new UserError(
    'preflight',
    `The settings of this backup take ${bytes} bytes to be recorded on its snapshots, which have room for ${maximumRecord}; shorten the longest, which backup-ns env create shows`,
  );
}

async function lockAndBackUp(
  namespace: string,
  request: BackupRequest,
  context: SnapshotContext,
): Promise<BackupResult> {
  const { settings } = request;
  const steps = new Steps(context);
  const holder = settings.labels.pod ?? `a run by hand`;
  const beforeWaiting = () => firstLook(namespace, settings, context);
  const owners = await ownersOfLease(namespace, settings.labels.pod, context);
  await using lease = await steps.run('lease', 'lock', `Taking the lease of namespace '${namespace}'`, () =>
    acquireLease({ namespace, holder, owners, beforeWaiting }, settings, context),
  );
  const leased = { ...context, signal: AbortSignal.any([context.signal, lease.lost]) };
  const undoLog = new UndoLog(lease);
  await undoLeftovers(namespace, settings, undoLog, leased);

  const { nodeSlots } = settings;
  await using slot = nodeSlots
    ? await steps.run('slot', 'lock', 'Taking a node slot', () =>
        acquireNodeSlot({ ...nodeSlots, holder: `${namespace}/${holder}`, beforeWaiting }, leased),
      )
    : undefined;
  const locked = slot ? { ...leased, signal: AbortSignal.any([leased.signal, slot.lost]) } : leased;
  return await backUp({ ...request, namespace }, undoLog, steps, locked);
}

/** Who may not take it may not do other things either: then all of them are said. A namespace that is not there has none. */
async function acquireLease(
  wish: Omit<NamespaceLeaseOptions, 'timeoutMilliseconds'>,
  settings: CreateSettings,
  context: SnapshotContext,
): Promise<HeldLease> {
  const { namespace } = wish;
  const options = { ...wish, timeoutMilliseconds: settings.leaseTimeoutMilliseconds };
  try {
    return await acquireNamespaceLease(options, context);
  } catch (error) {
    if (error instanceof UserError && hasStatus(error.cause, 403)) {
      await requirePermissions(namespace, settings, context);
    }
    if (error instanceof UserError && hasStatus(error.cause, 404)) {
      throw new UserError(
        'preflight',
        `There is no namespace '${namespace}'; set ⟪namespace⟫ to one of: kubectl get namespaces`,
        { cause: error.cause },
      );
    }
    throw error;
  }
}

async function dryRun(
  namespace: string,
  settings: CreateSettings,
  context: SnapshotContext,
): Promise<BackupResult> {
  const steps = new Steps(context);
  const { nodeSlots } = settings;
  const checked = await steps.run(
    'preflight',
    'preflight',
    'Checking what the backup stands on',
    async () => {
      if (nodeSlots) requireUsableDirectory(nodeSlots.directory, nodeSlots.method);
      return preflight(namespace, settings, context);
    },
  );
  const would = intentOf(checked, settings);
  return { namespace, dryRun: true, would, dumps: [], snapshots: [], seconds: steps.summary() };
}
