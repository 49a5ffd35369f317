import type { Caller } from '../caller.ts';
import type { Engine } from '../databases/engine.ts';
import type { Target } from '../databases/operations/target.ts';
import { readerPlace } from '../recall/reader-place.ts';
import type { DatabaseSide } from '../restore/dump/database-side.ts';
import type { Purpose } from '../restore/dump/reader-manifest.ts';
import type { FromSnapshot } from '../restore/dump/settings.ts';
import { findDumps, type SnapshotDumps } from '../restore/dump/snapshot-dumps.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';

interface Wish {
  readonly engine: Engine;
  readonly target: Pick<Target, 'namespace' | 'server'>;
  readonly side: DatabaseSide;
  readonly cronJob: string | undefined;
  readonly fromSnapshot: FromSnapshot;
}

/** What `--snapshot` means: its dumps, read by a pod as the CronJob of the namespace makes them. */
export async function dumpsOnSnapshot(
  { engine, target: { namespace, server }, side, cronJob, fromSnapshot }: Wish,
  purpose: Purpose,
  caller: Caller,
  context: SnapshotContext,
): Promise<SnapshotDumps> {
  const { image } = fromSnapshot;
  const place = await readerPlace({ engine, namespace, cronJob, image }, context);
  return await findDumps({ ...fromSnapshot, namespace, purpose, side, place }, server, caller, context);
}
