import type WebSocket from 'ws';
import type { Tty } from '../kube.ts';
import { channel } from './channels.ts';

/**
 * Says how large the terminal is, now and at each change. Returns how to stop.
 * @see https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/client-go/tools/remotecommand/resize.go
 */
export function sendSizes(socket: WebSocket, tty: Tty): () => void {
  const send = (): void => {
    const { columns, rows } = tty.size();
    const text = JSON.stringify({ Width: columns, Height: rows });
    // A dead socket says so by itself.
    socket.send(Buffer.concat([Buffer.of(channel.resize), Buffer.from(text)]), () => {});
  };
  send();
  return tty.onResize(send);
}
