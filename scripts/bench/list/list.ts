import { Writable } from 'node:stream';
import { openProvider } from '../../cluster/open-provider.ts';
import { nodeFlags } from '../../bundle/bundle.ts';
import type { Benchmark, BenchTools } from '../benchmark.ts';
import { builtCommand } from '../built-command.ts';
import { compileCache } from '../compile-cache.ts';
import { timesTheFloor, type Figure } from '../figure.ts';
import { measure, type Measured } from '../measure.ts';
import { medianOf } from '../median.ts';
import { startLoadedSandbox } from '../sandbox/loaded-sandbox.ts';
import { table } from '../table.ts';

const names = ['ours', 'peer', 'floor'] as const;
const titles = {
  ours: 'backup-ns list -A',
  peer: 'kubectl get -A',
  floor: 'floor: kubectl get --raw, all at once',
};

export const list: Benchmark = {
  name: 'list',
  summary: 'a table of 10,000 snapshots in a sandbox; kubectl get, and the bare list',
  run: compare,
};

async function compare(tools: BenchTools): Promise<Figure[]> {
  const { report, print, folder, signal, isTiny } = tools;
  const [rounds, count] = isTiny ? [1, 500] : [5, 10_000];
  await using sandbox = await startLoadedSandbox({ count, namespaces: 250, kind: 'mixed' }, tools);
  const { kubectl } = await (await openProvider('auto', 'bench', report)).programs();
  const command = await builtCommand(report);
  const env = await compileCache(command, folder, signal);
  const kubeconfig = ['--kubeconfig', sandbox.kubeconfig];
  const path = '/apis/snapshot.storage.k8s.io/v1/volumesnapshots';
  const clients = {
    ours: () => drained(process.execPath, [...nodeFlags, command, 'list', '-A', ...kubeconfig]),
    peer: () => drained(kubectl, ['get', 'volumesnapshots', '-A', ...kubeconfig]),
    floor: () => drained(kubectl, ['get', '--raw', path, ...kubeconfig]),
  };
  function drained(program: string, args: readonly string[]): Promise<Measured> {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
    return measure(program, args, { env, stdout, signal });
  }
  const done: Record<(typeof names)[number], Measured>[] = [];
  for (let round = 0; round <= rounds; round++) {
    report(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    const measured = { ours: await clients.ours(), peer: await clients.peer(), floor: await clients.floor() };
    if (round > 0) done.push(measured);
  }
  const seconds = (name: (typeof names)[number]) => medianOf(done, (round) => round[name].seconds);
  const megabytes = (name: (typeof names)[number]) => medianOf(done, (round) => round[name].peakMegabytes);
  const rows = names.map((name) => [titles[name], seconds(name), megabytes(name)]);
  print(`${table([`${count} snapshots, median of ${rounds}`, 's', 'peak MB'], rows)}\n`);
  const numbers = { ours: seconds('ours'), peer: seconds('peer'), floor: seconds('floor') };
  return [timesTheFloor({ bench: 'list', ...numbers, unit: 's', limit: 4 })];
}
