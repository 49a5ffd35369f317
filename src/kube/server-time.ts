import { KubeError } from './error.ts';
import type { Transport } from './transport.ts';

/** What every authenticated user may read (ClusterRole `system:public-info-viewer`), and nothing keeps a copy of. */
const path = '/version';

/**
 * What the clock of the API server says, by the header of an answer: to the second. Throws a KubeError 'UnexpectedAnswer'
 * when the answer does not say it, or says it in another way than HTTP does (RFC 9110, 5.6.7).
 */
export async function serverTime(transport: Transport, signal: AbortSignal): Promise<Date> {
  const request = { method: 'GET', path, signal } as const;
  const text = await transport.header(request, 'date');
  const milliseconds = httpDate.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  if (!Number.isNaN(milliseconds)) return new Date(milliseconds);
  const fields = { status: 200, reason: 'UnexpectedAnswer', retryable: false, method: 'GET', path };
  throw new KubeError(`GET ${path}: the answer does not say what time it is`, fields);
}

const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
