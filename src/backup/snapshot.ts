import type { Context } from '../context.ts';
import type { Dump } from '../databases/database.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import type { CreateSettings } from '../settings/create.ts';
import { bucketsOf } from '../snapshots/buckets.ts';
import { createVolumeSnapshot, type SnapshotRequest, type VolumeSnapshot } from '../snapshots/csi.ts';
import { annotation, label, pvcLabelValue, snapshotLabels, takenTiers } from '../snapshots/labels.ts';
import { snapshotName } from '../snapshots/name.ts';
import { waitUntilReady } from '../snapshots/wait-until-ready.ts';
import type { Preflight } from './preflight.ts';
import type { SnapshotResult } from './result.ts';
import type { Steps } from './steps.ts';

interface Subject {
  readonly namespace: string;
  readonly settings: CreateSettings;
  readonly recorded: Readonly<Record<string, string>>;
  readonly dumps: readonly Dump[];
  readonly checked: Preflight;
}

/** Creates the snapshot and waits until it is ready. */
export async function takeSnapshot(
  subject: Subject,
  steps: Steps,
  context: Context,
): Promise<SnapshotResult> {
  const { namespace, settings } = subject;
  const { log } = context;
  const request = await steps.run('labels', 'snapshot', 'Finding out which labels are due', () =>
    snapshotRequest(subject, context),
  );
  const { name, pvc, className, labels } = request;
  const created = await steps.run(
    'snapshot',
    'snapshot',
    `Creating VolumeSnapshot '${name}' in namespace '${namespace}'`,
    () => createVolumeSnapshot(request, context),
  );
  log.info({ namespace, pvc, snapshot: name }, 'created the snapshot');
  if (!settings.snapshot.waitUntilReady) return { name, pvc, className, ready: false, labels };
  await steps.run(
    'ready',
    'snapshot',
    `Waiting for VolumeSnapshot '${name}' in namespace '${namespace}'`,
    () => waitUntilReady(created, settings.snapshot.readyTimeoutMilliseconds, context),
  );
  log.info({ namespace, pvc, snapshot: name, milliseconds: steps.took('ready') }, 'the snapshot is ready');
  return { name, pvc, className, ready: true, labels };
}

async function snapshotRequest(subject: Subject, context: Context): Promise<SnapshotRequest> {
  const { namespace, settings, recorded, dumps, checked } = subject;
  const { pvc, timeZone, labels } = settings;
  const now = context.clock.now();
  const buckets = bucketsOf(now, timeZone);
  const others = labels.retain.policy === 'days' ? [] : await snapshotsOf(namespace, pvc, context);
  const taken = takenTiers(others, buckets, timeZone);
  return {
    namespace,
    name: snapshotName(pvc, now, timeZone, context.random.id(settings.snapshot.nameRandomLength)),
    pvc,
    className: checked.snapshotClass.name,
    labels: snapshotLabels({ ...labels, pvc, now, timeZone, buckets, takenTiers: taken }),
    annotations: {
      [annotation.envConfig]: JSON.stringify(recorded),
      [annotation.timeZone]: timeZone,
      ...(dumps[0] && { [annotation.dump]: JSON.stringify(dumps[0]) }),
    },
  };
}

function snapshotsOf(namespace: string, pvc: string, { kube, signal }: Context): Promise<VolumeSnapshot[]> {
  const labelSelector = `${label.pvc}=${pvcLabelValue(pvc)}`;
  return Array.fromAsync(kube.list<VolumeSnapshot>(volumeSnapshots, { namespace, labelSelector, signal }));
}
