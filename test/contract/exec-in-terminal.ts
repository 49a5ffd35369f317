import { PassThrough, Writable } from 'node:stream';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { ExecOptions, TerminalSize } from '../../src/kube/kube.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { isRunning, startPod } from './workloads.ts';

/** A terminal without a person. */
class Window {
  #size: TerminalSize = { columns: 101, rows: 37 };
  #listeners = new Set<() => void>();

  size(): TerminalSize {
    return this.#size;
  }

  onResize(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    for (const listener of this.#listeners) listener();
  }
}

export function terminalContract(server: () => ContractServer): void {
  describe('exec in a terminal', () => {
    const place = new Place(server, 'terminal');

    beforeAll(async () => {
      await startPod(place, 'pod', []);
    });

    function start(script: string, options: Partial<ExecOptions> = {}) {
      const [window, keys] = [new Window(), new PassThrough()];
      const shown: Buffer[] = [];
      const screen = new Writable({
        write(chunk: Buffer, _encoding, done) {
          shown.push(Buffer.from(chunk));
          done();
        },
      });
      const text = () => Buffer.concat(shown).toString();
      const running = place.server.kube.exec({
        namespace: place.namespace,
        pod: 'pod',
        container: 'main',
        command: ['sh', '-c', script],
        stdin: keys,
        stdout: screen,
        tty: window,
        signal: AbortSignal.timeout(20_000),
        ...options,
      });
      const until = (pattern: RegExp) =>
        vi.waitUntil(() => pattern.exec(text()) ?? undefined, { timeout: 10_000, interval: 20 });
      return { window, keys, text, until, outcome: running.catch((reason: unknown) => reason) };
    }

    test('shows stdout and stderr in one, and gives the exit code', async () => {
      const { text, outcome } = start('echo out; echo err >&2; test -t 0 && test -t 1 && exit 7');
      expect(await outcome).toEqual({ exitCode: 7 });
      expect(text()).toBe('out\r\nerr\r\n');
    });

    test('has the size that was sent, and each later one', async () => {
      const script =
        'trap "stty size" WINCH; until stty size | grep 37; do :; done; while :; do sleep 0.1; done';
      const { window, keys, until, outcome } = start(script);
      await until(/37 101\r\n/);
      window.resize(72, 21);
      await until(/21 72\r\n/);
      keys.write('\x03');
      expect(await outcome).toEqual({ exitCode: 130 });
    });

    test('echoes keys, but none before the command has announced itself', async () => {
      const { keys, text, outcome } = start('read -r line; echo "got $line"');
      keys.write('early\r');
      expect(await outcome).toEqual({ exitCode: 0 });
      expect(text()).toBe('early\r\ngot early\r\n');
    });

    test('takes Ctrl-C for an interrupt', async () => {
      const { keys, until, outcome } = start(
        'trap "echo stopped; exit 3" INT; echo ready; while :; do sleep 0.1; done',
      );
      await until(/ready/);
      keys.write('\x03');
      await until(/stopped/);
      expect(await outcome).toEqual({ exitCode: 3 });
    });

    test('that is aborted leaves nothing running', async () => {
      const abort = new AbortController();
      const script = 'sleep 4321 & echo "pids $$ $!."; wait';
      const { until, outcome } = start(script, { signal: abort.signal });
      const [, shell = '', child = ''] = await until(/pids (\d+) (\d+)\./);
      abort.abort(new Error('enough'));
      expect(await outcome).toMatchObject({ message: 'enough' });
      for (const process of [shell, child]) expect(await isRunning(place, 'pod', process)).toBe(false);
    });
  });
}
