import type { ProcessEnd } from './process-end.ts';

/** What the status channel says at the end of an exec. The server leaves `kind` out. */
export interface ExecStatus {
  readonly metadata: Record<string, never>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: 'NonZeroExitCode' | 'InternalError';
  readonly details?: {
    readonly causes: readonly { readonly reason?: 'ExitCode'; readonly message: string }[];
  };
  readonly code?: number;
}

/** @see https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/util/proxy/streamtranslator.go */
export function statusOfEnd({ exitCode }: ProcessEnd): ExecStatus {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

/** The command did not run: runc's words, in containerd's, in the kubelet's, in those of the API server. */
export function statusOfStartError(error: Error): ExecStatus {
  const runc = `OCI runtime exec failed: exec failed: ${error.message}: unknown`;
  const containerd = `failed to exec in container: failed to start exec: ${runc}`;
  // The kubelet makes an internal error of it, and the API server makes one of that.
  const kubelet = `Internal error occurred: error executing command in container: ${containerd}`;
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${kubelet}`,
    reason: 'InternalError',
    details: { causes: [{ message: kubelet }] },
    code: 500,
  };
}
