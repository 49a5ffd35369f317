import { join } from 'node:path';
import { builtPath, whyNotBuilt } from '../../scripts/bundle/built.ts';

const reason = whyNotBuilt();
if (reason !== undefined) throw new Error(`dist/backup-ns.mjs ${reason}: build it with npm run build`);

/** The command as users run it, which is as the sources are. */
export const bundle = builtPath;

/** For its environment: it starts from what an earlier start has compiled, as in the image. */
export const compiled = {
  NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/compiled'),
};
