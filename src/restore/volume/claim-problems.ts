import { quoted } from '../../core/quoted.ts';
import { parseQuantity } from '../../kube/quantity.ts';
import type { StoredSnapshot } from '../../snapshots/stored.ts';
import { isMadeFrom, type Claim } from './claim.ts';
import type { RestoreRequest } from './restore-request.ts';

/** Why a claim that has the name already cannot stand for the one that is to be made: none for one like it. */
export function claimProblems(
  claim: Claim,
  wish: RestoreRequest,
  snapshot: StoredSnapshot | undefined,
): readonly string[] {
  const which = `PVC '${wish.pvc}' in namespace '${wish.namespace}'`;
  const advice = 'choose another name with ⟪pvc⟫';
  if (claim.metadata.deletionTimestamp !== undefined) {
    return [`${which} is being deleted; wait until it is gone, or ${advice}`];
  }
  if (!snapshot || !isMadeFrom(claim, snapshot)) {
    return [`${which} exists already, and was not made from this snapshot; ${advice}`];
  }
  return differences(claim, wish).map(
    ({ what, has, wanted }) =>
      `${which} was made from this snapshot already, but its ${what} is ${quoted(has)}, not '${wanted}'; ${advice}`,
  );
}

/** What the user has asked for, and the claim is not. */
function differences({ spec = {} }: Claim, { storageClass, accessMode, size }: RestoreRequest) {
  const { storageClassName = '', accessModes = [], resources } = spec;
  const request = resources?.requests?.storage ?? '';
  return [
    { what: 'storage class', has: storageClassName, wanted: storageClass },
    { what: 'access mode', has: accessModes.join(', '), wanted: accessMode },
    {
      what: 'size',
      has: parseQuantity(request) === parseQuantity(size ?? '') ? size : request,
      wanted: size,
    },
  ].filter(({ has, wanted }) => wanted !== undefined && has !== wanted);
}
