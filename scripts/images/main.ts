import { messageOf } from '../../src/core/errors.ts';
import { cacheFolder } from '../cache-folder.ts';
import { progressReporter } from '../progress.ts';
import { buildImage } from './build-image.ts';
import { imageNames, parseImageName } from './recipes.ts';

const help = `Build container images and print the paths of their archives.

  node scripts/images/main.ts NAME...

Names: ${imageNames.join(', ')}
`;

async function main(names: string[], signal: AbortSignal): Promise<void> {
  if (names.length === 0 || names.includes('--help')) {
    process.stdout.write(help);
    return;
  }
  const log = progressReporter();
  for (const name of names.map(parseImageName)) {
    const { tar, ref } = await buildImage(name, { cacheFolder: cacheFolder(), log, signal });
    log(ref);
    process.stdout.write(`${tar}\n`);
  }
}

const cancel = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel.abort());

try {
  await main(process.argv.slice(2), cancel.signal);
} catch (error) {
  process.stderr.write(`${cancel.signal.aborted ? 'cancelled' : messageOf(error)}\n`);
  // Not exitCode: an attempt to get the lock may still be waiting for its next try.
  process.exit(cancel.signal.aborted ? 130 : 1);
}
