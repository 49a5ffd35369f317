import { messageOf } from '../../errors.ts';
import type { MetricsSettings } from '../../settings/metrics.ts';
import type { Ending } from './ending.ts';
import { metricsText } from './metrics.ts';

/**
 * Sends the ending to a Pushgateway, or what speaks as one. It is grouped by namespace and PVCs, so that two CronJobs of a
 * namespace do not overwrite each other; what it says nothing of stays as it was pushed before.
 * Throws an error with one sentence.
 */
export async function pushMetrics(
  ending: Ending,
  { url, authorization }: MetricsSettings,
  signal: AbortSignal,
): Promise<void> {
  const group = { job: 'backup-ns', namespace: ending.namespace, pvc: ending.pvcs.join(',') };
  const path = Object.entries(group).map(([name, value]) => `/${name}/${encodeURIComponent(value)}`);
  const response = await send(`${url}/metrics${path.join('')}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; version=0.0.4', ...(authorization && { authorization }) },
    body: metricsText(ending),
    signal,
  });
  const words = (await response.text()).trim().slice(0, 200);
  if (!response.ok) throw new Error(`HTTP status ${response.status}${words && `: ${words}`}`);
}

/** What `fetch` says is wrong, it says in the cause of its error. */
async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    throw error instanceof TypeError && error.cause
      ? new Error(`${new URL(url).host}: ${messageOf(error.cause)}`)
      : error;
  }
}
