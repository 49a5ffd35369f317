import { run, succeeds } from '../run.ts';
import type { Builder } from './builder.ts';

/** Builds with the Docker engine; base images come from its registry. */
export function docker(signal: AbortSignal): Builder {
  return {
    hasRegistry: true,
    has: (reference) => succeeds('docker', ['image', 'inspect', reference], signal),
    async build({ reference, dockerfile, context, buildArguments }) {
      const pairs = Object.entries(buildArguments).flatMap(([name, value]) => [
        '--build-arg',
        `${name}=${value}`,
      ]);
      await run('docker', ['build', '--quiet', '--file', dockerfile, '--tag', reference, ...pairs, context], {
        signal,
      });
    },
    async save(reference, tar) {
      await run('docker', ['save', '--output', tar, reference], { signal });
    },
    async remove(reference) {
      await succeeds('docker', ['image', 'rm', reference], signal);
    },
    async list(prefix) {
      const all = await run('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}'], { signal });
      return all.split('\n').filter((line) => line.startsWith(prefix));
    },
  };
}
