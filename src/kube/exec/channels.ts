import { quoted, sentence } from '../../core/quoted.ts';
import { KubeError, reasonIn } from '../error.ts';
import { isRecord, isStatus } from '../object.ts';

/** The first byte of each frame says what the rest is. */
export const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** v5 is v4 plus the `close` channel, which alone can end stdin. Kubernetes >= 1.30 speaks it. */
export const channelProtocol = { v5: 'v5.channel.k8s.io', v4: 'v4.channel.k8s.io' } as const;

/**
 * The exit code that the status frame states. Throws KubeError when the command did not run at all.
 * @see https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/client-go/tools/remotecommand/v4.go
 */
export function exitCodeOf(frame: Buffer): number {
  const status = parse(frame);
  if (status?.status === 'Success') return 0;
  const causes: unknown = status?.details?.causes;
  const cause = (Array.isArray(causes) ? causes : []).find(
    (one: unknown): one is { message?: unknown } => isRecord(one) && one.reason === 'ExitCode',
  );
  const code = Number(cause?.message);
  if (status?.reason === 'NonZeroExitCode' && cause?.message && Number.isInteger(code)) return code;
  const message =
    sentence(status?.message) ??
    `exec ended with an unreadable status: ${quoted(frame.toString('utf8', 0, 1000))}`;
  throw new KubeError(message, {
    status: Number.isInteger(status?.code) ? (status?.code ?? 0) : 0,
    reason: reasonIn(status) ?? 'ExecFailed',
    retryable: false,
    details: status?.details,
  });
}

function parse(frame: Buffer) {
  try {
    const value: unknown = JSON.parse(frame.toString('utf8'));
    return isStatus(value) || hasStatusFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The kubelet leaves `kind` out. */
function hasStatusFields(value: unknown): value is import('../object.ts').Status {
  return typeof value === 'object' && value !== null && 'status' in value;
}
