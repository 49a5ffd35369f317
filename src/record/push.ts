import { messageOf } from '../core/errors.ts';
import type { MetricsSettings } from './settings.ts';

/**
 * Sends metrics in Prometheus' text format to a Pushgateway, or what speaks as one. Those of one group overwrite each other;
 * what they say nothing of stays as it was pushed before.
 * Throws an error with one sentence.
 */
export async function pushMetrics(
  metrics: string,
  group: Readonly<Record<string, string>>,
  { url, authorization }: MetricsSettings,
  signal: AbortSignal,
): Promise<void> {
  const path = Object.entries(group).map(([name, value]) => segment(name, value));
  const { status, body } = await send(`${url}/metrics${path.join('')}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; version=0.0.4', ...(authorization && { authorization }) },
    body: metrics,
    // What asks for a log-in, or lies elsewhere, has not taken anything; and the header is for this server alone.
    redirect: 'manual',
    signal,
  });
  if (status >= 200 && status <= 299) return;
  const words =
    status >= 300 && status <= 399 ? 'it leads elsewhere, give its own URL' : wordsIn(body, authorization);
  throw new Error(`HTTP status ${status}${words && `: ${words}`}`);
}

/** What is empty or has a slash would be another path: a Pushgateway takes it in base64. */
function segment(name: string, value: string): string {
  if (value !== '' && !value.includes('/')) return `/${name}/${encodeURIComponent(value)}`;
  return `/${name}@base64/${value === '' ? '=' : Buffer.from(value).toString('base64url')}`;
}

/** More than the words of an error that are repeated; a server that goes on answering is not listened to. */
const maximumBytes = 4096;

/** What `fetch` says is wrong, it says in the cause of its error. */
async function send(url: string, request: RequestInit): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(url, request);
    return { status: response.status, body: await beginningOf(response) };
  } catch (error) {
    const { cause } = error as Error;
    throw cause === undefined ? error : new Error(`${new URL(url).host}: ${messageOf(cause)}`);
  }
}

/** Of one that went well, nothing is of interest. The rest is not read: the connection is closed. */
async function beginningOf({ ok, body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (ok) await body?.cancel();
  else {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maximumBytes) break;
    }
  }
  return Buffer.concat(chunks).toString('utf8', 0, maximumBytes);
}

/** On one line; a server may repeat what it was sent. */
function wordsIn(body: string, authorization: string): string {
  const secrets = [authorization, ...authorization.split(' ').slice(1)].filter(Boolean);
  const masked = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), body);
  return masked
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
