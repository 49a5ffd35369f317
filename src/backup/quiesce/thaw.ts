import type { Context } from '../../context.ts';
import { problem, type Finding } from '../../core/finding.ts';
import { freshDeadline } from '../../kube/deadline.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { findFilesystems, type Filesystem } from './filesystem.ts';
import { cannotBe, tryScriptAt } from './run-script-at.ts';
import { doWhereItIsNow } from './where-it-is-now.ts';

const limitMilliseconds = 40_000;

/**
 * Thaws a filesystem that may be frozen, in the pod that has it mounted now, whatever the run's own signal says. Throws
 * UserError 'snapshot'.
 */
export async function thaw(filesystem: Filesystem, context: Context): Promise<void> {
  using deadline = freshDeadline(context.clock, limitMilliseconds);
  const fresh = { ...context, signal: deadline.signal };
  const whereabouts = { was: filesystem, find: () => findAgain(filesystem, fresh) };
  await explainFailure('snapshot', cannotBe('thaw', filesystem), () =>
    doWhereItIsNow(
      whereabouts,
      async (place) => {
        const words = await tryScriptAt(place, 'thaw', 'snapshot', fresh);
        const { container, path } = place;
        context.log.info({ ...container, path }, words === 'thawed' ? 'thawed' : 'was not frozen');
      },
      fresh,
    ),
  );
}

async function findAgain({ pvc, container }: Filesystem, context: Context): Promise<Finding<Filesystem>> {
  const { namespace, container: name } = container;
  const finding = await findFilesystems(namespace, [pvc], name, context);
  if ('problems' in finding) return finding;
  const [found] = finding.found;
  return found ? { found } : problem(`no running pod of namespace '${namespace}' mounts PVC '${pvc}'`);
}
