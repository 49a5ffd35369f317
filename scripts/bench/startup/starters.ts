import { openProvider } from '../../cluster/open-provider.ts';
import type { BenchTools } from '../benchmark.ts';
import { builtCommand } from '../built-command.ts';
import { compileCache } from '../compile-cache.ts';
import { measure } from '../measure.ts';
import { nodeFlags } from '../../bundle/bundle.ts';
import type { ApiServer } from './api-server.ts';

export interface Start {
  /** To its first API request; for bare Node.js, to its end. */
  readonly seconds: number;
  /** Until its end, which comes soon: every request is forbidden. */
  readonly peakMegabytes: number;
}

type Starter = () => Promise<Start>;

export type Starters = Record<'ours' | 'uncached' | 'peer' | 'floor', Starter>;

/** What they exit with when the server forbids everything. */
const exits = { ours: 4, kubectl: 1 };

export async function openStarters(
  server: ApiServer,
  { report, folder, signal }: BenchTools,
): Promise<Starters> {
  const command = await builtCommand(report);
  const { kubectl } = await (await openProvider('auto', 'bench', report)).programs();
  const kubeconfig = ['--kubeconfig', server.kubeconfig];
  const create = [...nodeFlags, command, 'create', '--namespace', 'x', '--db-postgres', ...kubeconfig];
  const get = ['get', '--raw', '/api/v1/namespaces/x/pods', ...kubeconfig];

  const toRequest =
    (program: string, args: string[], mayExit: number, env: Record<string, string> = {}): Starter =>
    async () => {
      const request = server.nextRequest();
      const start = performance.now();
      const { peakMegabytes } = await measure(program, args, { env, mayExit, signal });
      return { seconds: ((await request) - start) / 1000, peakMegabytes };
    };
  const cached = await compileCache(command, folder, signal);
  return {
    ours: toRequest(process.execPath, create, exits.ours, cached),
    uncached: toRequest(process.execPath, create, exits.ours, { NODE_DISABLE_COMPILE_CACHE: '1' }),
    peer: toRequest(kubectl, get, exits.kubectl),
    floor: () => measure(process.execPath, ['-e', '0'], { signal }),
  };
}
