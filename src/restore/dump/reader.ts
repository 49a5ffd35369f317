import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import { reportEvery } from '../../core/report-every.ts';
import { createOnce } from '../../kube/create-once.ts';
import { Deadline, freshDeadline } from '../../kube/deadline.ts';
import { hasStatus } from '../../kube/error.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { isRecord, madeAtOf, type KubeObject } from '../../kube/object.ts';
import { persistentVolumeClaims, pods } from '../../kube/resources.ts';
import { retryThroughOutage } from '../../kube/retry-through-outage.ts';
import { waitFor } from '../../kube/wait.ts';
import { lastWarning } from '../volume/provisioning-failure.ts';
import { label } from '../../snapshots/labels.ts';
import type { Container } from '../../pods/pod.ts';
import {
  claimNameOf,
  isReader,
  readerContainer,
  anybody,
  readerManifest,
  readerPrefix,
  type Purpose,
  type ReaderRequest,
} from './reader-manifest.ts';
import { endOf, whyNotYet } from './reader-state.ts';

export type ReaderWish = Omit<ReaderRequest, 'name'> & { readonly timeoutMilliseconds: number };

const removeMilliseconds = 60_000;
/** Nobody waits longer for a pod to run. */
const forgottenMilliseconds = 24 * 3_600_000;

/** A pod that has a copy of a snapshot as its volume, until this is disposed of. */
export interface Reader extends AsyncDisposable {
  readonly container: Container;
}

/**
 * Makes the pod, and waits until it runs. Throws UserError 'verification' when it does not; nothing of it is left then, and
 * what cannot be removed is named.
 */
export async function openReader(
  wish: ReaderWish,
  caller: Pick<Caller, 'progress'>,
  context: Context,
): Promise<Reader> {
  const { namespace } = wish;
  const name = `${readerPrefix}${context.random.id(10)}`;
  const container = { namespace, pod: name, container: readerContainer };
  let isRemoved = false;
  let uid: string | undefined;
  const remove = async (): Promise<void> => {
    if (!isRemoved) await removeReader(namespace, name, uid, context);
    isRemoved = true;
  };
  try {
    const doing = `Creating pod '${name}' in namespace '${namespace}'`;
    const made = await explainFailure('verification', doing, () => createReader(wish, name, context));
    ({ uid } = made.metadata);
    context.log.info({ namespace, pod: name, snapshot: wish.snapshot }, 'reading the snapshot in a pod');
    await untilItRuns(made, wish, caller, context);
  } catch (error) {
    await remove();
    throw error;
  }
  return { container, [Symbol.asyncDispose]: remove };
}

/** Where the cluster takes no user of ours, it gives one: root's files are read by the group of the volume all the same. */
async function createReader(wish: ReaderWish, name: string, context: Context): Promise<KubeObject> {
  const create = (request: ReaderWish): Promise<KubeObject> =>
    createOnce(pods, readerManifest({ ...request, name }), isReader, context);
  try {
    return await create(wish);
  } catch (error) {
    if (wish.owner !== undefined || !hasStatus(error, 403)) throw error;
    if (!error.message.includes('security context constraint')) throw error;
    return await create({ ...wish, place: { ...wish.place, user: anybody } });
  }
}

async function untilItRuns(
  made: KubeObject,
  { timeoutMilliseconds }: ReaderWish,
  caller: Pick<Caller, 'progress'>,
  context: Context,
): Promise<void> {
  const { namespace, name = '', uid } = made.metadata;
  const which = `Pod '${name}' in namespace '${namespace}', which reads the snapshot,`;
  using _progress = caller.progress('Waiting for the volume of the snapshot, and the pod that reads it');
  using deadline = new Deadline(context.clock, timeoutMilliseconds, context.signal, 'The pod did not run');
  let last: KubeObject = made;
  const say = (milliseconds: number): void => {
    const reason = whyNotYet(last);
    context.log.info(
      { namespace, pod: name, milliseconds, ...(reason && { reason }) },
      'waiting for the pod',
    );
  };
  using _reports = reportEvery(say, context.clock);
  const observe = (present: KubeObject | undefined): boolean => {
    if (!present || present.metadata.uid !== uid)
      throw new UserError('verification', `${which} was deleted; run it again`);
    last = present;
    const end = endOf(present);
    if (end !== undefined) throw new UserError('verification', `${which} does not run: ${end}`);
    return whyNotYet(present) === undefined;
  };
  try {
    await explainFailure('verification', `Waiting for pod '${name}'`, () =>
      waitFor(context.kube, pods, { namespace, name }, observe, deadline),
    );
  } catch (error) {
    if (context.signal.aborted || !deadline.signal.aborted) throw error;
    const why = (await whyItWaits(last, context)) ?? 'nothing says why';
    throw new UserError(
      'verification',
      `${which} did not run after ${Math.round(timeoutMilliseconds / 1000)} s: ${why}; see what holds it up, and run it again`,
      { cause: error },
    );
  }
}

/** The storage and the quota say it in events, of the claim or of the pod. */
async function whyItWaits(pod: KubeObject, context: Context): Promise<string | undefined> {
  const { namespace, name = '' } = pod.metadata;
  const why = whyNotYet(pod);
  try {
    const key = { namespace, name: claimNameOf(name) };
    const claim = await context.kube.find(persistentVolumeClaims, key, { signal: context.signal });
    const said = (claim && (await lastWarning(claim, context))) ?? (await lastWarning(pod, context));
    return said ?? why;
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.debug({ reason: messageOf(error) }, 'what holds the pod up could not be looked at');
    return why;
  }
}

/** Removes pods that an earlier run has left; what still reads for somebody else is left alone. Gives how many there were. */
export async function removeLeftovers(
  namespace: string,
  { purpose, isAlone }: { readonly purpose: Purpose; readonly isAlone: boolean },
  context: Context,
): Promise<void> {
  const { kube, signal, log } = context;
  const found = await explainFailure('preflight', 'Looking for what an earlier run has left', () =>
    Array.fromAsync(kube.list(pods, { namespace, labelSelector: label.temporary, signal })),
  );
  for (const pod of found.filter(isReader)) {
    const { name = '', uid, labels } = pod.metadata;
    const isOver = endOf(pod) !== undefined || isForgotten(pod, context.clock.now());
    if (!isOver && !(isAlone && labels?.[label.temporary] === purpose)) continue;
    log.info({ namespace, pod: name }, 'removing the pod that an earlier run has left');
    await removeReader(namespace, name, uid, context);
  }
}

/** One that has never got a node has nobody who ends it. */
function isForgotten({ metadata, status }: KubeObject, now: Date): boolean {
  const isPending = isRecord(status) ? status['phase'] === 'Pending' || status['phase'] === undefined : true;
  return isPending && now.getTime() - madeAtOf({ metadata }) > forgottenMilliseconds;
}

/**
 * The one with this uid, whatever an admission has made of it; where the answer to its creation was lost, one that is a reader. On
 * a signal of its own. Never rejects; says what is to be done by hand.
 */
async function removeReader(
  namespace: string,
  name: string,
  uid: string | undefined,
  { kube, clock, random, log }: Context,
): Promise<void> {
  using deadline = freshDeadline(clock, removeMilliseconds, `Pod '${name}' was not removed`);
  const { signal } = deadline;
  try {
    await retryThroughOutage(removeMilliseconds, { clock, random, signal }, async () => {
      const found = await kube.find(pods, { namespace, name }, { signal });
      const present = found?.metadata.uid;
      if (!found || present === undefined) return;
      if (uid === undefined ? !isReader(found) : uid !== present) return;
      await kube.delete(pods, { namespace, name }, { uid: present, gracePeriodSeconds: 1, signal });
    });
    await waitFor(kube, pods, { namespace, name }, (pod) => pod === undefined, { signal });
  } catch (error) {
    log.warn(
      `Pod '${name}' in namespace '${namespace}' could not be removed: ${messageOf(error)}; remove it with: kubectl -n ${namespace} delete pod ${name}`,
    );
    return;
  }
  await sayWhatStays(namespace, claimNameOf(name), { kube, signal, log });
}

/** The claim goes with its pod. */
async function sayWhatStays(
  namespace: string,
  name: string,
  { kube, signal, log }: Pick<Context, 'kube' | 'signal' | 'log'>,
): Promise<void> {
  try {
    await waitFor(kube, persistentVolumeClaims, { namespace, name }, (claim) => claim === undefined, {
      signal,
    });
  } catch {
    log.warn(
      `PVC '${name}' in namespace '${namespace}' is not gone yet; see that it goes: kubectl -n ${namespace} get pvc ${name}`,
    );
  }
}
