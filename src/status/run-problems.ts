import { sentence, shown } from '../core/quoted.ts';
import type { Run, RunPod } from './facts.ts';
import type { Problem } from './line.ts';
import type { Made } from './made.ts';
import type { Makers } from './makers.ts';
import { outlivedProblem } from './outlived.ts';
import type { RunIndex } from './run-index.ts';
import { describe, lasting, problem } from './run-words.ts';
import { stillRuns } from './still-runs.ts';

interface Known {
  readonly runs: RunIndex;
  readonly makers: Makers;
  readonly now: number;
}

/** How long something may last before it is worth a word, in milliseconds. */
export interface Patience {
  /** Of a pod that waits for a node. */
  readonly start: number;
  /** Of what has no reason of its own. */
  readonly slowStart: number;
}

const usual: Patience = { start: 2 * 60_000, slowStart: 10 * 60_000 };

/** What is wrong with the last Job of a CronJob; of one that still works, what was wrong with the one before it. */
export function runProblem(made: Made, { runs, makers, now }: Known): Problem | undefined {
  const all = runs.runsOf(made.job);
  for (const run of all) {
    if (run.state === 'complete') return undefined;
    if (run.state === 'failed') {
      // A backup that it has made itself does not say that all is well: an app may still be at rest.
      const isMended = made.good.some(
        (backup) => backup.createdAt > run.madeAt && makers.runOf(backup)?.uid !== run.uid,
      );
      return isMended ? undefined : failed(run, runs);
    }
    const found =
      waitingFor(run, runs, now) ?? (hasStarted(run, runs) ? stillRuns(run, made, all, now) : undefined);
    if (found) return found;
  }
  return undefined;
}

/** Whether it is more than a Job that gets no pod, or whose pod gets no place: that has words of its own, in its time. */
function hasStarted(run: Run, runs: RunIndex): boolean {
  return runs.podsOf(run)[0]?.phase !== 'Pending';
}

/** What a Job waits for that is not over and has no container that works; undefined where there is nothing to be said yet. */
export function waitingFor(run: Run, runs: RunIndex, now: number, patience = usual): Problem | undefined {
  if (run.state === 'suspended') {
    return problem(
      run,
      'is suspended',
      `let it run: kubectl -n ${shown(run.namespace)} patch job ${shown(run.name)} -p '{"spec":{"suspend":false}}'`,
    );
  }
  return run.state === 'running' ? neverStarts(run, runs, now, patience) : undefined;
}

/** Why, in the words of `create` where it came to say some; of what the Job's controller says where it did not. */
function failed(run: Run, runs: RunIndex): Problem {
  const [pod] = runs.podsOf(run);
  const refused = runs.remarkOn(run, ['FailedCreate']);
  const told = runs.remarkOn(run, ['BackupFailed', 'BackupCompleted'])?.message ?? pod?.lastWords;
  const words = sentence(told ?? (pod ? undefined : refused?.message) ?? run.failure);
  if (told === undefined && !pod && refused)
    return problem(run, `failed: ${words}`, remedyFor(refused.message, run));
  return problem(
    run,
    `failed${words === undefined ? '' : `: ${words}`}`,
    `its log, as long as its pod is there: kubectl -n ${shown(run.namespace)} logs job/${shown(run.name)}`,
  );
}

function neverStarts(run: Run, runs: RunIndex, now: number, patience: Patience): Problem | undefined {
  const [pod] = runs.podsOf(run);
  if (!pod) {
    const refused = runs.remarkOn(run, ['FailedCreate']);
    if (refused)
      return problem(run, `gets no pod: ${sentence(refused.message)}`, remedyFor(refused.message, run));
    if (now - run.madeAt < patience.slowStart) return undefined;
    return problem(
      run,
      `has had no pod for ${lasting(run.madeAt, now)}`,
      describe('job', run.namespace, run.name),
    );
  }
  // Others may take a moment to see that it is over.
  if (pod.outlived && !(now - pod.outlived.endedAt < patience.start)) {
    return outlivedProblem(run, pod.outlived, now);
  }
  if (pod.phase !== 'Pending' && !pod.waiting) return undefined;
  return waits(run, pod, now, patience);
}

const ofImage = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
  'SignatureValidationFailed',
]);
const ofConfig = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

function waits(run: Run, pod: RunPod, now: number, patience: Patience): Problem | undefined {
  const { waiting, unschedulable, namespace, name } = pod;
  const waited = now - pod.madeAt;
  if (unschedulable !== undefined) {
    if (waited < patience.start) return undefined;
    const todo = `make room on a node, or change nodeSelector, tolerations or affinity of the chart: ${describe('pod', namespace, name)}`;
    return problem(
      run,
      `has waited for a node for ${lasting(pod.madeAt, now)}: ${sentence(unschedulable)}`,
      todo,
    );
  }
  const words = sentence(waiting?.message);
  const said = words === undefined ? '' : `: ${words}`;
  if (waiting && ofImage.has(waiting.reason)) {
    return problem(
      run,
      `does not get its image (${waiting.reason}${said})`,
      'correct image.repository, image.tag or imagePullSecrets of the chart, or the registry',
    );
  }
  if (waiting && ofConfig.has(waiting.reason)) {
    const todo = `make the Secret, ConfigMap or volume that it names, or correct its name: ${describe('pod', namespace, name)}`;
    return problem(run, `cannot start its container (${waiting.reason}${said})`, todo);
  }
  if (waited < patience.slowStart) return undefined;
  return problem(
    run,
    `has been starting for ${lasting(pod.madeAt, now)}${said}`,
    describe('pod', namespace, name),
  );
}

/** Whether it is not the API server itself that refuses. */
export function isOfWebhook(message: string): boolean {
  return message.includes('admission webhook') || message.includes('failed calling webhook');
}

/** By what the API server says when it refuses a pod. */
export function remedyFor(
  message: string,
  {
    namespace,
    name,
    kind = 'job',
  }: { readonly namespace: string; readonly name: string; readonly kind?: string },
): string {
  if (message.includes('violates PodSecurity')) {
    return `change the values of the chart so that the pod is allowed, or the label pod-security.kubernetes.io/enforce of the namespace: kubectl get namespace ${shown(namespace)} --show-labels`;
  }
  // OpenShift: it lists what each constraint refuses.
  if (message.includes('security context constraint')) {
    const volumes = message.includes('hostPath')
      ? ', and locks.kind to none or pvc, as hostPath is refused'
      : '';
    return `set openshift=true of the chart, so that its pods leave runAsUser, runAsGroup and fsGroup to the cluster${volumes}`;
  }
  if (message.includes('exceeded quota') || message.includes('failed quota')) {
    return `raise the quota, or set create.resources of the chart to what it leaves: kubectl -n ${shown(namespace)} describe quota`;
  }
  if (message.includes('usage per Container') || message.includes('usage per Pod')) {
    return `set create.resources of the chart to what is allowed: kubectl -n ${shown(namespace)} describe limitrange`;
  }
  if (message.includes('error looking up service account')) {
    return 'install the chart again, which makes the service account';
  }
  if (isOfWebhook(message)) {
    return 'change the values of the chart so that the pod is allowed, or ask whoever runs that webhook: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations';
  }
  return describe(kind, namespace, name);
}
