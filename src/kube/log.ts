import { errorFromNetwork } from './error.ts';
import type { LogOptions } from './kube.ts';
import { objectPath } from './path.ts';
import { pods } from './resources.ts';
import type { Transport } from './transport.ts';

/** See `Reader.log`. */
export async function* log(transport: Transport, options: LogOptions): AsyncGenerator<Buffer> {
  const { namespace, pod, container, follow, signal } = options;
  const path = objectPath(pods, { namespace, name: pod }, 'log');
  const request = { method: 'GET', path, query: { container, follow }, signal } as const;
  const body = await transport.stream(request);
  try {
    yield* body;
  } catch (error) {
    throw signal.aborted ? signal.reason : errorFromNetwork(request, error);
  }
}
