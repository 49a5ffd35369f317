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
  ours: 'backup-ns status -A',
  peer: 'kubectl get pvc,cronjobs,volumesnapshots -A',
  floor: 'floor: kubectl get --raw of snapshots, all at once',
};

export const status: Benchmark = {
  name: 'status',
  summary: 'the status of 1,000 namespaces in a sandbox; kubectl get of the same kinds, and the bare lists',
  run: compare,
};

async function compare(tools: BenchTools): Promise<Figure[]> {
  const { report, print, folder, signal, isTiny } = tools;
  const [rounds, count] = isTiny ? [1, 100] : [5, 14_000];
  await using sandbox = await startLoadedSandbox(
    { count, namespaces: isTiny ? 10 : 1000, kind: 'backed-up' },
    tools,
  );
  const { kubectl } = await (await openProvider('auto', 'bench', report)).programs();
  const command = await builtCommand(report);
  const env = await compileCache(command, folder, signal);
  const kubeconfig = ['--kubeconfig', sandbox.kubeconfig];
  const path = '/apis/snapshot.storage.k8s.io/v1/volumesnapshots';
  const clients = {
    ours: () => drained(process.execPath, [...nodeFlags, command, 'status', '-A', ...kubeconfig]),
    peer: () =>
      drained(kubectl, ['get', 'persistentvolumeclaims,cronjobs,volumesnapshots', '-A', ...kubeconfig]),
    floor: () => drained(kubectl, ['get', '--raw', path, ...kubeconfig]),
  };
  function drained(program: string, args: readonly string[]): Promise<Measured> {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
    // Not all of it is protected: the snapshots are of a day long past.
    return measure(program, args, { env, stdout, mayExit: 3, signal });
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
  print(`${table([`${count} snapshots and their PVCs, median of ${rounds}`, 's', 'peak MB'], rows)}\n`);
  const numbers = { ours: seconds('ours'), peer: seconds('peer'), floor: seconds('floor') };
  return [timesTheFloor({ bench: 'status', ...numbers, unit: 's', limit: 6 })];
}
