import { pipeline } from 'node:stream/promises';
import type { Call } from './call.ts';

/** `pods/NAME/log` */
export async function serveLog({ api, info, answer }: Call): Promise<void> {
  const gone = new AbortController();
  answer.once('close', () => gone.abort());
  const pod = { namespace: info.namespace ?? '', name: info.name ?? '' };
  const log = await api.kubelet.log(pod, info.query, gone.signal);
  answer.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
  await pipeline(log, answer).catch(() => {});
}
