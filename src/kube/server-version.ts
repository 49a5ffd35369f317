import { isRecord } from './object.ts';
import type { Transport } from './transport.ts';

/** What the API server says that it is, such as `v1.33.1`; undefined when it does not say. */
export async function serverVersion(transport: Transport, signal: AbortSignal): Promise<string | undefined> {
  const answer = await transport.request({ method: 'GET', path: '/version', signal });
  const version = isRecord(answer) ? answer['gitVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}
