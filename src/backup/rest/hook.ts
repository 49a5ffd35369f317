import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { allOf, type Finding } from '../../finding.ts';
import { Deadline } from '../../kube/deadline.ts';
import { during } from '../../kube/during.ts';
import type { ExecResult } from '../../kube/kube.ts';
import { outlast } from '../../kube/outlast.ts';
import { findPod } from '../../pods/find-pod.ts';
import type { Container } from '../../pods/pod.ts';
import { Tail } from '../../pods/script-output.ts';
import type { Hook } from '../../settings/hooks.ts';
import { withoutSecrets } from '../../without-secrets.ts';

/** A hook, and the container that was found for it. */
export interface PlacedHook {
  readonly hook: Hook;
  readonly container: Container;
}

/** Finds the container of each hook. */
export async function placeHooks(
  namespace: string,
  hooks: readonly Hook[],
  context: Context,
): Promise<Finding<readonly PlacedHook[]>> {
  const place = async (hook: Hook): Promise<Finding<PlacedHook>> => {
    const { resource, container, name } = hook;
    const settings = { resource: `"exec" of hook '${name}'`, container: `"container" of hook '${name}'` };
    const pod = await findPod({ namespace, resource, container, settings }, context);
    if ('problems' in pod) return pod;
    return { found: { hook, container: { namespace, pod: pod.found.metadata.name ?? '', container } } };
  };
  return allOf(await Promise.all(hooks.map(place)));
}

/** For which the API server may be away when an app is to be woken up: it would sleep until the next backup. */
const outageMilliseconds = 30_000;

/** Runs the `before` of a hook, if it has one. Throws UserError 'preflight' when that fails, or has no end in time. */
export function runBefore(placed: PlacedHook, context: Context): Promise<void> {
  return runHook(placed, 'before', 'preflight', context, (exec) => exec());
}

/** Runs the `after` of a hook, if it has one; more than once, where an answer is lost. Throws UserError `reason`. */
export function runAfter(
  placed: PlacedHook,
  reason: 'preflight' | 'snapshot',
  context: Context,
): Promise<void> {
  return runHook(placed, 'after', reason, context, (exec) => outlast(outageMilliseconds, context, exec));
}

async function runHook(
  { hook, container }: PlacedHook,
  when: 'before' | 'after',
  reason: 'preflight' | 'snapshot',
  context: Context,
  carryOut: (exec: () => Promise<ExecResult>) => Promise<ExecResult>,
): Promise<void> {
  const command = hook[when];
  if (!command) return;
  const { clock, kube, log } = context;
  const { name, timeoutMilliseconds } = hook;
  const { namespace, pod } = container;
  const doing = `Hook '${name}' ${when} the backup, in container '${container.container}' of pod '${pod}' in namespace '${namespace}',`;
  using deadline = new Deadline(clock, timeoutMilliseconds, context.signal, `it did not end`);
  const output = new Tail();
  const start = clock.monotonic();
  const { signal } = deadline;
  const exec = () => kube.exec({ ...container, command, stdout: output, stderr: output, signal });
  const { exitCode } = await during(reason, doing, () => carryOut(exec));
  if (exitCode === 0) {
    log.info(
      { namespace, pod, hook: name, when, milliseconds: Math.round(clock.monotonic() - start) },
      'ran a hook',
    );
    return;
  }
  const words = withoutSecrets(output.words(), command.slice(1));
  throw new UserError(
    reason,
    `${doing} ended with exit status ${exitCode}${words && `: ${words}`}; mend it, or give it "onError":"continue" in BAK_HOOKS`,
  );
}
