import type { Context } from '../../context.ts';
import { checkServer } from '../check-server.ts';
import type { Dump } from '../database.ts';
import { takeDumps } from '../take-dumps.ts';
import { ProblemsError } from '../../core/errors.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { withLease, type LeaseOptions } from '../../locks/with-lease.ts';
import { placeOf, type Target } from './target.ts';

export interface DumpResult {
  readonly namespace: string;
  readonly pod: string;
  readonly dumps: readonly Dump[];
}

export interface DumpOptions extends LeaseOptions {
  readonly maximumUsedPercent: number;
}

/** The dumps as `create` makes them, without a snapshot. Throws UserError 'preflight', 'lock' or 'dump'. */
export function makeDump(target: Target, options: DumpOptions, context: Context): Promise<DumpResult> {
  return withLease(target.namespace, options, context, async (held) => {
    const dumps = await dumpOnce(target, options.maximumUsedPercent, held);
    return { namespace: target.namespace, pod: target.container.pod, dumps };
  });
}

/** Checks what `create` checks of a database, and dumps it. */
export async function dumpOnce(
  target: Target,
  maximumUsedPercent: number,
  context: Context,
): Promise<readonly Dump[]> {
  const { namespace, server, container } = target;
  const checked = await explainFailure('preflight', `The check in ${placeOf(target)}`, () =>
    checkServer(server, container, maximumUsedPercent, context),
  );
  for (const warning of checked.warnings) context.log.warn({ namespace }, warning);
  if (checked.problems.length > 0) throw new ProblemsError('preflight', checked.problems);
  const { version = '', toolVersion = '', databases, replica } = checked;
  context.log.info({ namespace, pod: container.pod, databases }, 'dumping');
  return await explainFailure('dump', 'The dump', () =>
    takeDumps(server, { container, version, toolVersion, databases, replica, maximumUsedPercent }, context),
  );
}
