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
    (program: string, args: string[], env: Record<string, string> = {}): Starter =>
    async () => {
      const request = server.nextRequest();
      const start = performance.now();
      // What it makes of an answer that forbids everything changes with its first request, which is all that counts.
      const { peakMegabytes, stderr } = await measure(program, args, { env, mayExit: 'any', signal });
      const arrived = await Promise.race([request, Promise.resolve(undefined)]);
      if (arrived === undefined)
        throw new Error(`${program} ended without a request: ${stderr.slice(-2000)}`);
      return { seconds: (arrived - start) / 1000, peakMegabytes };
    };
  const cached = await compileCache(command, folder, signal);
  return {
    ours: toRequest(process.execPath, create, cached),
    uncached: toRequest(process.execPath, create, { NODE_DISABLE_COMPILE_CACHE: '1' }),
    peer: toRequest(kubectl, get),
    floor: () => measure(process.execPath, ['-e', '0'], { signal }),
  };
}
