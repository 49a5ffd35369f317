import { build, type Metafile, type Plugin } from 'esbuild';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const outfile = join(root, 'dist', 'backup-ns.mjs');

/**
 * Of the Kubernetes client only the configuration is used, but its modules import every generated API model.
 * It does not say that they have no side effects; they have none, and so esbuild may leave them out: 340 kB less to load.
 */
const withoutModels: Plugin = {
  name: 'without-models',
  setup(plugins) {
    plugins.onResolve({ filter: /^\./ }, async (args) => {
      if (args.pluginData === 'resolved' || !args.resolveDir.includes('@kubernetes/client-node/dist'))
        return undefined;
      const { kind, resolveDir, importer } = args;
      const found = await plugins.resolve(args.path, { kind, resolveDir, importer, pluginData: 'resolved' });
      return { ...found, sideEffects: false };
    });
  },
};

function bytesOfModels({ outputs }: Metafile): number {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const models = inputs.filter(([path]) => path.includes('client-node/dist/gen/models'));
  return models.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [join(root, 'src', 'main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  plugins: [withoutModels],
  define: { BACKUP_NS_VERSION: JSON.stringify(version) },
  // CommonJS dependencies call require() for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';const require=createRequire(import.meta.url);",
  },
});
if (bytesOfModels(metafile) > 0)
  throw new Error('The bundle has generated API models in it again; see withoutModels');
chmodSync(outfile, 0o755);
