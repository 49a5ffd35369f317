import { nodeFlags } from '../../bundle/bundle.ts';
import type { BenchTools } from '../benchmark.ts';
import { builtCommand } from '../built-command.ts';
import { compileCache } from '../compile-cache.ts';
import { timesTheFloor, type Figure } from '../figure.ts';
import { measure, type Measured } from '../measure.ts';
import { startLoadedSandbox } from '../sandbox/loaded-sandbox.ts';
import { table } from '../table.ts';
import { namespaceCount } from './fleet.ts';

export const manySnapshots = ({ isTiny }: Pick<BenchTools, 'isTiny'>): number => (isTiny ? 1000 : 100_000);
/** By which nothing is left to be changed. */
const everything = ['--last-daily', '100000', '--last-weekly', '100000', '--last-monthly', '100000'];

/** The memory of a dry run over very many snapshots, with nearly all of them to be changed, and with none. */
export async function compareMemory(kubectl: string, tools: BenchTools): Promise<Figure[]> {
  const { report, print, folder, signal } = tools;
  const count = manySnapshots(tools);
  const load = { count, namespaces: namespaceCount(tools), kind: 'nightly' } as const;
  await using sandbox = await startLoadedSandbox(load, tools);
  const { kubeconfig } = sandbox;

  const command = await builtCommand(report);
  const env = await compileCache(command, folder, signal);
  const retain = (...args: string[]) =>
    measure(
      process.execPath,
      [...nodeFlags, command, 'retain', '--dry-run', '--kubeconfig', kubeconfig, ...args],
      {
        env,
        signal,
      },
    );
  report('reading them');
  const most = await retain();
  const none = await retain(...everything);
  const peer = await measure(
    kubectl,
    ['--kubeconfig', kubeconfig, 'get', 'volumesnapshots', '-A', '-o', 'name'],
    {
      signal,
    },
  );
  const floor = await measure(process.execPath, [...nodeFlags, '-e', '0'], { signal });

  const row = (title: string, { seconds, peakMegabytes }: Measured) => [title, seconds, peakMegabytes];
  const rows = [
    row('ours, nine of ten to be changed', most),
    row('ours, none to be changed', none),
    row('kubectl get -A -o name', peer),
    row('floor: node -e 0', floor),
  ];
  print(`${table([`dry run over ${count} snapshots`, 's', 'peak MB'], rows)}\n`);
  const figure = (bench: string, ours: Measured) =>
    timesTheFloor({
      bench,
      ours: ours.peakMegabytes,
      peer: peer.peakMegabytes,
      floor: floor.peakMegabytes,
      unit: 'MB',
      limit: 4.5,
    });
  return [figure('retain-memory', most), figure('retain-memory-steady', none)];
}
