import type { Context } from '../../context.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import { allOf, type Finding } from '../../core/finding.ts';
import { Deadline } from '../../kube/deadline.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { findPod, type WantedPod } from '../../pods/find-pod.ts';
import type { Container } from '../../pods/pod.ts';
import { Tail } from '../../pods/script-output.ts';
import type { Hook } from '../settings/hooks.ts';
import { doWhereItIsNow } from './where-it-is-now.ts';
import { withoutSecrets } from '../../core/without-secrets.ts';

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
  return allOf(await Promise.all(hooks.map((hook) => placeHook(namespace, hook, {}, context))));
}

async function placeHook(
  namespace: string,
  hook: Hook,
  wish: Pick<WantedPod, 'evenUnready'>,
  context: Context,
): Promise<Finding<PlacedHook>> {
  const { resource, container } = hook;
  const settings = hookSettings(hook);
  const pod = await findPod({ namespace, resource, container, settings, ...wish }, context);
  if ('problems' in pod) return pod;
  return { found: { hook, container: { namespace, pod: pod.found.metadata.name ?? '', container } } };
}

/** What a sentence tells the user to change. */
export function hookSettings({ name }: Pick<Hook, 'name'>): WantedPod['settings'] {
  return { resource: `"exec" of hook '${name}'`, container: `"container" of hook '${name}'` };
}

/** Runs the `before` of a hook, if it has one. Throws UserError 'preflight' when that fails, or has no end in time. */
export async function runBefore(placed: PlacedHook, context: Context): Promise<void> {
  const { namespace } = placed.container;
  const doing = `Hook '${placed.hook.name}' before the backup, in ${named(placed.container)},`;
  if (!placed.hook.before) return;
  await explainFailure('preflight', doing, () =>
    runHook(placed, 'before', { reason: 'preflight', namespace }, context),
  );
}

/** Why and where a hook is run. */
export interface HookRun {
  readonly namespace: string;
  readonly reason: 'preflight' | 'snapshot';
}

/**
 * Runs the `after` of a hook, if it has one, where the app is now, and where its `before` ran; more than once, where an
 * answer is lost. An app that is at rest may well be not ready. Throws UserError `reason`.
 */
export async function runAfter(
  hook: Hook,
  was: Container | undefined,
  run: HookRun,
  context: Context,
): Promise<void> {
  if (!hook.after) return;
  const whereabouts = {
    was: was && { hook, container: was },
    find: () => placeHook(run.namespace, hook, { evenUnready: true }, context),
  };
  const doing = `Hook '${hook.name}' after the backup, in namespace '${run.namespace}',`;
  await explainFailure(run.reason, doing, () =>
    doWhereItIsNow(whereabouts, (placed) => runHook(placed, 'after', run, context), context),
  );
}

/** Throws a KubeError when it could not be run, and UserError `reason` when it was, and failed. */
async function runHook(
  { hook, container }: PlacedHook,
  when: 'before' | 'after',
  { reason }: HookRun,
  { clock, kube, log, signal: parent }: Context,
): Promise<void> {
  const command = hook[when] ?? [];
  const { name, timeoutMilliseconds } = hook;
  const { namespace, pod } = container;
  const doing = `Hook '${name}' ${when} the backup, in ${named(container)},`;
  using deadline = new Deadline(clock, timeoutMilliseconds, parent, `it did not end`);
  const { signal } = deadline;
  const output = new Tail();
  const start = clock.monotonic();
  const exec = () => kube.exec({ ...container, command, stdout: output, stderr: output, signal });
  const { exitCode } = await exec().catch((error: unknown) => {
    if (!signal.aborted || parent.aborted) throw error;
    throw new UserError(reason, `${doing} failed: ${messageOf(signal.reason)}`, { cause: error });
  });
  if (exitCode === 0) {
    const milliseconds = Math.round(clock.monotonic() - start);
    log.info({ namespace, pod, hook: name, when, milliseconds }, 'ran a hook');
    return;
  }
  const words = withoutSecrets(output.words(), command.slice(1));
  throw new UserError(
    reason,
    `${doing} ended with exit status ${exitCode}${words && `: ${words}`}; mend it, or give it "onError":"continue" in ⟪hooks⟫`,
  );
}

function named({ namespace, pod, container }: Container): string {
  return `container '${container}' of pod '${pod}' in namespace '${namespace}'`;
}
