import { Tail } from '../../pods/script-output.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { Deadline } from '../../kube/deadline.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { retryThroughOutage } from '../../kube/retry-through-outage.ts';
import type { Filesystem } from './filesystem.ts';
import { syncScript, thawScript } from './freeze-script.ts';

const scripts = { sync: syncScript, thaw: thawScript };
const doings = { sync: 'written to its disk', thaw: 'thawed' };

/** It may run twice. */
const outageMilliseconds = 15_000;

/** A full disk cache takes its time to be written. */
const limitMilliseconds = 300_000;

/** Runs one of our scripts on a filesystem. Resolves with its words; throws UserError `reason` when it fails. */
export function runScriptAt(
  filesystem: Filesystem,
  script: keyof typeof scripts,
  reason: 'preflight' | 'snapshot',
  context: Pick<Context, 'kube' | 'clock' | 'random' | 'signal'>,
): Promise<string> {
  return explainFailure(reason, cannotBe(script, filesystem), () =>
    retryThroughOutage(outageMilliseconds, context, () => tryScriptAt(filesystem, script, reason, context)),
  );
}

/** As `runScriptAt`, once; throws a KubeError when it could not be run. */
export async function tryScriptAt(
  filesystem: Filesystem,
  script: keyof typeof scripts,
  reason: 'preflight' | 'snapshot',
  { kube, clock, signal: parent }: Pick<Context, 'kube' | 'clock' | 'signal'>,
): Promise<string> {
  using deadline = new Deadline(clock, limitMilliseconds, parent, 'it did not end');
  const { signal } = deadline;
  const [stdout, stderr] = [new Tail(), new Tail()];
  const command = ['sh', '-ceu', scripts[script], 'sh', filesystem.path];
  const { exitCode } = await kube.exec({ ...filesystem.container, command, stdout, stderr, signal });
  if (exitCode === 0) return stdout.words();
  throw new UserError(
    reason,
    `${cannotBe(script, filesystem)} ${stderr.words() || `exit status ${exitCode}`}; look into the container: kubectl -n ${filesystem.container.namespace} exec -it ${filesystem.container.pod} -c ${filesystem.container.container} -- sh`,
  );
}

/** The beginning of a sentence. */
export function cannotBe(script: keyof typeof scripts, filesystem: Filesystem): string {
  return `${namedFilesystem(filesystem)} cannot be ${doings[script]}:`;
}

export function namedFilesystem({ pvc, path, container: { namespace, pod, container } }: Filesystem): string {
  return `The filesystem of PVC '${pvc}', ${path} in container '${container}' of pod '${pod}' in namespace '${namespace}',`;
}
