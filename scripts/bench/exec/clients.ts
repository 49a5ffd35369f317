import { join } from 'node:path';
import { bundle, nodeFlags } from '../../bundle/bundle.ts';
import { measure, type Measured, type MeasureOptions } from '../measure.ts';
import { targetArguments, type Target } from './target.ts';

export type Client = (target: Target, options: MeasureOptions) => Promise<Measured>;

export interface Clients {
  readonly ours: Client;
  readonly peer: Client;
  readonly floor: Client;
  /** Ours with a sink of its own that takes this many bytes in a second. */
  readonly slowOurs: (bytesPerSecond: number) => Client;
}

/** The three whole processes that are compared. Ours and the floor are bundled, as the command is. */
export async function openClients(kubectlProgram: string, folder: string): Promise<Clients> {
  const [ours, floor] = [join(folder, 'ours.mjs'), join(folder, 'floor.mjs')];
  await bundle({ entry: join(import.meta.dirname, 'ours-process.ts'), outfile: ours });
  await bundle({ entry: join(import.meta.dirname, 'floor-process.ts'), outfile: floor });
  const node = (program: string, ...first: string[]): Client => {
    // The image has a compile cache as well; the first run fills it.
    const env = { NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
    return (target, options) =>
      measure(process.execPath, [...nodeFlags, program, ...first, ...targetArguments(target)], {
        env,
        ...options,
      });
  };
  return {
    ours: node(ours, '0'),
    slowOurs: (bytesPerSecond) => node(ours, String(bytesPerSecond)),
    floor: node(floor),
    peer({ kubeconfig, namespace, pod, container, command }, options) {
      const place = ['--kubeconfig', kubeconfig, '-n', namespace, 'exec', pod, '-c', container];
      return measure(kubectlProgram, [...place, '--', ...command], options);
    },
  };
}
