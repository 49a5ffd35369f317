import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { ExecOptions } from '../../../src/kube/kube.ts';
import { patient } from '../../kube/fixtures.ts';
import type { ScriptedServer } from '../../kube/scripted-server.ts';
import { startFaults } from '../../../scripts/faults/faults.ts';
import type { Faults } from '../../../scripts/faults/faults.ts';
import type { Hook } from '../../../scripts/faults/hook.ts';

export const collection = '/api/v1/namespaces/shop/pods';
export const path = `${collection}/db-0`;
export const key = { namespace: 'shop', name: 'db-0' };
export const execs = { resource: 'pods', subresource: 'exec' };

export function faultsBefore(server: ScriptedServer, hook?: Hook): Promise<Faults> {
  return startFaults({ server: server.url, tls: {}, headers: {} }, hook && { hook });
}

/** An exec of a bare shell script, which nothing is killed after. */
export function script(text: string, fields: Partial<ExecOptions> = {}): ExecOptions {
  const target = { namespace: 'shop', pod: 'db-0', container: 'postgres' };
  return { ...target, command: ['sh', '-c', text], signal: patient(), killOnAbort: false, ...fields };
}

export const frame = (channel: number, content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.of(channel), Buffer.from(content)]);

/** The answer to a GET, its body unread. */
export async function open(url: URL): Promise<IncomingMessage> {
  // What breaks off later is the answer's to tell.
  const request = get(url, { agent: false }).on('error', () => {});
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}

/** A connection that has sent a GET, and what has come back on it so far. */
export async function rawGet(url: URL, path: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(Number(url.port), url.hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk as Buffer)).on('error', () => {});
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: any\r\n\r\n`);
  return { socket, received: () => Buffer.concat(chunks).toString() };
}

/** The WebSocket of an exec, and the frames that have come on it so far. */
export function rawExec(
  url: URL,
  protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
): { socket: WebSocket; frames: Buffer[] } {
  const socket = new WebSocket(new URL(`${path}/exec?command=true`, url), protocols, {
    perMessageDeflate: false,
  });
  const frames: Buffer[] = [];
  socket.on('message', (data: Buffer) => frames.push(data)).on('error', () => {});
  return { socket, frames };
}

/** The arguments of 'close', whatever errors come before it. */
export function closing(emitter: EventEmitter): Promise<unknown[]> {
  return new Promise((resolve) => emitter.once('close', (...args: unknown[]) => resolve(args)));
}

/** Enough for whatever is on its way within this process to arrive. */
export async function turns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}
