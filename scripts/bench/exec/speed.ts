import { createHash, type Hash } from 'node:crypto';
import { Writable } from 'node:stream';
import type { BenchTools } from '../benchmark.ts';
import { atLeastAsGood, type Figure } from '../figure.ts';
import type { Measured } from '../measure.ts';
import { medianOf } from '../median.ts';
import { table } from '../table.ts';
import type { Client, Clients } from './clients.ts';
import type { DataPod } from './pod.ts';

const names = ['ours', 'peer', 'floor'] as const;

type Round = Record<(typeof names)[number], Measured>;

/** Everything as fast as it comes, into /dev/null. */
export async function compareSpeed(
  clients: Clients,
  data: DataPod,
  bytes: number,
  tools: BenchTools,
): Promise<Figure> {
  const rounds = tools.isTiny ? 1 : 5;
  for (const name of ['ours', 'peer'] as const) await proveWhole(clients[name], data, bytes, tools);
  const done: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    tools.report(`round ${round} of ${rounds}`);
    done.push(await measureRound(clients, data, bytes, round, tools));
  }
  tools.print(`${speedTable(done, bytes)}\n`);
  const seconds = (name: keyof Round) => medianOf(done, (round) => round[name].seconds);
  // Both are bound by the API server. The pairs lie beside each other in time.
  const ratio = medianOf(done, ({ ours, peer }) => peer.seconds / ours.seconds);
  const numbers = { ours: seconds('ours'), peer: seconds('peer'), floor: seconds('floor') };
  return atLeastAsGood({ bench: 'exec', ...numbers, unit: 's', limit: 0.97 }, ratio);
}

/** Once, through a pipe: the digest of what arrives is that of the file. */
async function proveWhole(client: Client, data: DataPod, bytes: number, tools: BenchTools): Promise<void> {
  const digest = new Digest();
  await client(data.read(), { stdout: digest, signal: tools.signal });
  if (digest.bytes === bytes && digest.hash.digest('hex') === data.sha256) return;
  throw new Error(`${digest.bytes} bytes arrived, which are not the ${bytes} of the file`);
}

/** The order turns around every time, so that nobody is always the one after the same other one. */
async function measureRound(
  clients: Clients,
  data: DataPod,
  bytes: number,
  round: number,
  { signal }: BenchTools,
): Promise<Round> {
  const measured: Partial<Round> = {};
  for (const name of round % 2 === 1 ? names : names.toReversed()) {
    const result = await clients[name](data.read(), { signal });
    const arrived = name === 'floor' ? Number(result.stderr) : result.writtenBytes;
    if (!(arrived >= bytes)) throw new Error(`${name}: only ${arrived} of ${bytes} bytes arrived`);
    measured[name] = result;
  }
  return measured as Round;
}

function speedTable(done: readonly Round[], bytes: number): string {
  const titles = { ours: 'ours', peer: 'kubectl exec', floor: 'floor: TLS socket, no frames' };
  const rows = names.map((name) => {
    const of = (number: (measured: Measured) => number) => medianOf(done, (round) => number(round[name]));
    const seconds = of((measured) => measured.seconds);
    return [
      titles[name],
      seconds,
      bytes / 1e6 / seconds,
      of(({ cpuSeconds }) => cpuSeconds),
      of(({ peakMegabytes }) => peakMegabytes),
      done.map((round) => round[name].seconds.toFixed(2)).join(' '),
    ];
  });
  return table([`${bytes / 1e6} MB to /dev/null`, 's', 'MB/s', 'CPU s', 'peak MB', 'rounds'], rows);
}

class Digest extends Writable {
  readonly hash: Hash = createHash('sha256');
  bytes = 0;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    done();
  }
}
