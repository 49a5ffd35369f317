import { UserError, type ExitReason } from '../core/errors.ts';
import { KubeError } from './error.ts';

/** A failed call to the API server becomes an error for the user: `doing` says what it was about. */
export async function explainFailure<T>(
  reason: ExitReason,
  doing: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const words = noAccess(error);
    // It has not come as far as a lock that somebody holds.
    if (words !== undefined && reason === 'lock')
      throw new UserError('preflight', capitalized(words), { cause: error });
    throw new UserError(reason, `${doing} failed: ${words ?? error.message}`, { cause: error });
  }
}

/**
 * Where the API server cannot be used at all, no defect is to be looked for, but the kubeconfig or the network; and where it
 * refuses something, the rights of the account.
 */
export function explained(error: unknown): unknown {
  const words = error instanceof KubeError ? (noAccess(error) ?? refused(error)) : undefined;
  if (words === undefined) return error;
  return new UserError('unexpected', capitalized(words), { cause: error });
}

function capitalized(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** An admission may refuse as well, and says so. */
function refused({ status, message }: KubeError): string | undefined {
  if (status !== 403) return undefined;
  return `the API server refuses it (${message}); if a right is missing, grant it to that account, with the Role or ClusterRole that is bound to it`;
}

function noAccess({ status, reason, unsent, message }: KubeError): string | undefined {
  if (status === 401) {
    return `the API server does not accept the credentials (${message}); log in again, or choose another context of the kubeconfig`;
  }
  if (reason === 'Untrusted') {
    return `the API server is not trusted (${message}); check the certificate authority and the server of the kubeconfig`;
  }
  if (status === 0 && unsent) {
    return `the API server cannot be reached (${message}); check the server of the kubeconfig, and the network: of a pod its NetworkPolicies and DNS`;
  }
  return undefined;
}
