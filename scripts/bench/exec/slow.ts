import type { BenchTools } from '../benchmark.ts';
import { timesTheFloor, type Figure } from '../figure.ts';
import { table } from '../table.ts';
import type { Clients } from './clients.ts';
import type { DataPod } from './pod.ts';
import { SlowSink } from './slow-sink.ts';

const bytesPerSecond = 5_000_000;
/** A client without back-pressure has all of it in memory within two seconds. */
const seconds = { full: 30, tiny: 2 };

/** The pace is the sink's, so both can run at once; only their memory is of interest. */
export async function compareSinks(clients: Clients, data: DataPod, tools: BenchTools): Promise<Figure> {
  const { report, print, signal, isTiny } = tools;
  const bytes = (isTiny ? seconds.tiny : seconds.full) * bytesPerSecond;
  report(`${bytes / 1e6} MB into a sink that takes 5 MB/s`);
  const pipe = new SlowSink(bytesPerSecond);
  const [ours, peer] = await Promise.all([
    clients.slowOurs(bytesPerSecond)(data.read(bytes), { signal }),
    clients.peer(data.read(bytes), { stdout: pipe, mayExit: 1, signal }),
  ]);
  const arrived = Number(ours.stderr);
  // The server now and then drops the last megabytes for such a sink, and says exit 0 (kubernetes#124571). Both clients
  // suffer, so that neither can trust a stream without a digest of its own; the table shows what arrived.
  if (arrived < 0.9 * bytes) throw new Error(`ours: ${arrived} of ${bytes} bytes arrived`);
  // What the client needs when there is next to nothing to transport.
  const idle = await clients.ours(data.read(1), { signal });
  const rows = [
    ['ours', arrived / 1e6, ours.seconds, ours.peakMegabytes],
    ['kubectl exec', pipe.bytes / 1e6, peer.seconds, peer.peakMegabytes],
    ['floor: ours with 1 byte', 0, idle.seconds, idle.peakMegabytes],
  ];
  print(`${table([`${bytes / 1e6} MB at 5 MB/s`, 'MB arrived', 's', 'peak MB'], rows)}\n`);
  const numbers = { ours: ours.peakMegabytes, peer: peer.peakMegabytes, floor: idle.peakMegabytes };
  return timesTheFloor({ bench: 'exec-slow-sink', ...numbers, unit: 'MB', limit: 2 });
}
