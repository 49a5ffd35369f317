import type { Metafile } from 'esbuild';
import { chmodSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, nodeFlags } from './bundle/bundle.ts';
import { commitOf } from './bundle/commit.ts';

const root = join(import.meta.dirname, '..');
const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  engines: { node: string };
};
const target = join(root, 'dist', 'backup-ns.mjs');

/** What must not come back in: it costs every start of the command. */
const forbidden = [
  'client-node/dist/gen/models',
  'undici/lib/web/fetch/index.js',
  'undici/lib/web/websocket/',
  'undici/lib/milo/',
  'node_modules/signal-exit/',
  'node_modules/graceful-fs/',
];

function requireLean({ outputs }: Metafile): void {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const found = inputs.filter(
    ([path, { bytesInOutput }]) => bytesInOutput > 0 && forbidden.some((part) => path.includes(part)),
  );
  const names = found.map(([path]) => path).slice(0, 3);
  if (names.length > 0)
    throw new Error(`The bundle has ${names.join(', ')} in it again; see scripts/bundle/leave-out.ts`);
}

/** One character beyond ASCII, and V8 holds the whole file with two bytes for each. */
function requireAscii(file: string): void {
  const [found] = /[^\n]{0,40}[^\0-\x7F]/.exec(readFileSync(file, 'utf8')) ?? [];
  if (found !== undefined)
    throw new Error(
      `The bundle has a character beyond ASCII in '${found}'; write it as \\uXXXX in the source`,
    );
}

/** Before anything of the bundle runs: an older Node would stumble over what it does not have, with all of the line. */
function refusalOfOlder(engine: string): string {
  const oldest = Number(/^>=(\d+)$/.exec(engine)?.[1]);
  if (Number.isNaN(oldest)) throw new Error(`package.json has '${engine}' as its engine; it must be >=MAJOR`);
  return `if(Number(process.versions.node.split('.')[0])<${oldest}){process.stderr.write('backup-ns needs Node.js ${oldest} or later, and '+process.execPath+' is '+process.version+'; run it with a newer one\\n');process.exit(2)}`;
}

// Beside the old one until it is complete: somebody may be running that.
const fresh = join(root, 'dist.new', 'backup-ns.mjs');
requireLean(
  await bundle({
    entry: join(root, 'src', 'main.ts'),
    outfile: fresh,
    banner: `#!/usr/bin/env -S node ${nodeFlags.join(' ')}\n${refusalOfOlder(engines.node)}\n`,
    define: {
      BACKUP_NS_VERSION: JSON.stringify(version),
      BACKUP_NS_COMMIT: JSON.stringify(commitOf(root) ?? ''),
    },
  }),
);
requireAscii(fresh);
chmodSync(fresh, 0o755);
rmSync(join(root, 'dist'), { recursive: true, force: true });
renameSync(join(root, 'dist.new'), join(root, 'dist'));
if (process.stdout.isTTY) process.stdout.write(`${target}\n`);
