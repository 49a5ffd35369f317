import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { Deadline } from '../../kube/deadline.ts';
import { isDeleting } from '../../kube/object.ts';
import { persistentVolumeClaims } from '../../kube/resources.ts';
import { waitFor } from '../../kube/wait.ts';
import { reportEvery } from '../../core/report-every.ts';
import { storageWords } from '../../snapshots/storage-errors.ts';
import { isBound, type Claim } from './claim.ts';
import { lastProvisioningFailure } from './provisioning-failure.ts';

/**
 * Waits until the claim has its volume. The storage tries for ever, so only the deadline ends the waiting; the claim stays,
 * and may still be bound after it. Throws UserError 'verification', also when the claim is deleted or its volume is lost.
 */
export async function waitUntilBound(
  claim: Claim,
  timeoutMilliseconds: number,
  context: Context,
): Promise<Claim> {
  const { kube, clock } = context;
  const key = { namespace: claim.metadata.namespace, name: claim.metadata.name ?? '' };
  using deadline = new Deadline(clock, timeoutMilliseconds, context.signal, 'The claim was not bound');
  using _reports = reportEvery((milliseconds) => sayHowItGoes(claim, milliseconds, context), clock);
  try {
    const bound = await waitFor<Claim>(kube, persistentVolumeClaims, key, observer(claim), deadline);
    return bound ?? claim;
  } catch (error) {
    if (context.signal.aborted || error !== deadline.signal.reason) throw error;
    return await giveUp(claim, timeoutMilliseconds, context);
  }
}

/** Whether the claim has its volume; throws when it never will. */
function observer({ metadata: { namespace, name, uid } }: Claim) {
  const which = `PVC '${name}' in namespace '${namespace}'`;
  return (present: Claim | undefined): boolean => {
    if (!present || present.metadata.uid !== uid || isDeleting(present)) {
      throw new UserError('verification', `${which} was deleted while it was restored; restore it again`);
    }
    if (present?.status?.phase === 'Lost') {
      throw new UserError('verification', `${which} has lost its volume; delete it, and restore it again`);
    }
    return isBound(present);
  };
}

async function sayHowItGoes(claim: Claim, milliseconds: number, context: Context): Promise<void> {
  const { namespace, name } = claim.metadata;
  const reason = await lastProvisioningFailure(claim, context);
  const fields = { namespace, pvc: name, milliseconds };
  if (reason === undefined) context.log.info(fields, 'waiting until the volume is there');
  else context.log.warn({ ...fields, reason }, 'the storage reports an error, waiting on');
}

/** It may have been bound in the last moment. */
async function giveUp(claim: Claim, timeoutMilliseconds: number, context: Context): Promise<Claim> {
  const { namespace, name = '', uid } = claim.metadata;
  const { signal } = context;
  const present = await context.kube.find<Claim>(persistentVolumeClaims, { namespace, name }, { signal });
  if (present && present.metadata.uid === uid && !isDeleting(present) && isBound(present)) return present;
  const failure = await lastProvisioningFailure(claim, context);
  throw new UserError(
    'verification',
    `PVC '${name}' in namespace '${namespace}' was not bound after ${Math.round(timeoutMilliseconds / 1000)} s, ${storageWords(failure)}; it stays and may still be bound, describe it with: kubectl -n ${namespace} describe pvc ${name}`,
  );
}
