import type { ClientRequestArgs, IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Connector } from '../connector.ts';
import type { Connection } from '../agents.ts';
import { readWords } from '../answer.ts';
import { Deadline } from '../deadline.ts';
import { KubeError, errorFromAnswer, errorFromNetwork } from '../error.ts';
import type { Call } from '../error.ts';
import type { ExecOptions } from '../kube.ts';
import { objectPath } from '../path.ts';
import { pods } from '../resources.ts';
import type { Transport } from '../transport.ts';
import { channelProtocol } from './channels.ts';

type SocketOptions = ConstructorParameters<typeof WebSocket>[2];

const protocols = [channelProtocol.v5, channelProtocol.v4];

const handshakeTimeoutMs = 30_000;
/** A kubelet sends 32 KiB at a time. */
const maximumFrameBytes = 4 * 1024 * 1024;

/**
 * Opens the WebSocket of an exec; it is paused. Repeated only where the command certainly did not start.
 * The handshake itself listens to `late`, the waits between attempts to the exec's own signal.
 */
export async function openSocket(
  transport: Transport,
  { namespace, pod, container, stdin, stdout, tty, signal }: ExecOptions,
  command: readonly string[],
  late: AbortSignal,
): Promise<WebSocket> {
  const path = objectPath(pods, { namespace, name: pod }, 'exec');
  // A terminal has one output; the kubelet does not take a second one beside it.
  const query = new URLSearchParams({ container, ...(tty ? { tty: 'true' } : { stderr: 'true' }) });
  if (stdout !== undefined) query.set('stdout', 'true');
  if (stdin !== undefined) query.set('stdin', 'true');
  for (const word of command) query.append('command', word);
  const url = transport.url(path, query);
  // Most runs begin with requests, and some have no exec at all.
  const ws = await import('ws');
  return transport.retrying(signal, didNotStart, () =>
    transport.withConnection(signal, async (connection) => {
      using deadline = new Deadline(transport.clock, handshakeTimeoutMs, late, `exec in ${pod}: no answer`);
      const open = (options: SocketOptions) => new ws.WebSocket(url, protocols, options);
      return await handshake(open, { method: 'GET', path }, connection, transport.userAgent, deadline.signal);
    }),
  );
}

/** 'error dialing backend': the API server could not reach the kubelet. */
function didNotStart(error: KubeError): boolean {
  return error.unsent || error.status === 503 || error.message.includes('error dialing backend');
}

function handshake(
  open: (options: SocketOptions) => WebSocket,
  call: Call,
  { connector, headers }: Connection,
  userAgent: string,
  signal: AbortSignal,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = open({
      headers: { 'User-Agent': userAgent, ...headers },
      perMessageDeflate: false,
      maxPayload: maximumFrameBytes,
      createConnection: connectionCreator(connector),
    });
    const onAbort = (): void => fail(signal.reason);
    const onError = (error: Error): void => fail(errorFromNetwork(call, error));
    const fail = (reason: unknown): void => {
      reject(reason);
      signal.removeEventListener('abort', onAbort);
      // What a broken handshake still has to say is of no interest; without a listener it would be fatal.
      socket.on('error', () => {});
      socket.terminate();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError);
    socket.once('unexpected-response', (_request, answer: IncomingMessage) => {
      void refusal(call, answer).then(fail);
    });
    socket.once('open', () => {
      // Frames can be in already, and nobody listens yet.
      socket.pause();
      socket.off('error', onError);
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
  });
}

/** The server's words are in the body: a 403 names the missing permission. */
async function refusal(call: Call, answer: IncomingMessage): Promise<KubeError> {
  const words = await readWords(answer);
  return errorFromAnswer(call, answer.statusCode ?? 0, words, answer.headers['retry-after']);
}

type CreateConnection = NonNullable<ClientRequestArgs['createConnection']>;

/** Node calls it with the request's options, and takes the socket from the callback. */
function connectionCreator(connector: Connector): CreateConnection {
  return ({ host, port, defaultPort }, done) => {
    const protocol = defaultPort === 443 ? 'https:' : 'http:';
    const hostname = host ?? '';
    connector({ hostname, host: hostname, protocol, port: String(port) }, (error, socket) => {
      if (error) done(error, null as never);
      else done(null, socket);
    });
    return undefined;
  };
}
