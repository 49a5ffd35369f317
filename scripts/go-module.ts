import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { run } from './run.ts';

export interface GoModule {
  /** Of its folder in the cache. */
  readonly name: string;
  /** What `go install` is told to build. */
  readonly packages: readonly string[];
  readonly ldflags: string;
}

export interface GoBuild {
  /** The folder of its go.mod. */
  readonly source: string;
  /** As `go env GOVERSION` says it. */
  readonly toolchain: string;
  readonly report: (line: string) => void;
  /** Puts more beside the programs. */
  readonly finish?: (folder: string) => Promise<void>;
}

export async function goToolchain(): Promise<string> {
  return (await run('go', ['env', 'GOVERSION'])).trim();
}

/**
 * Builds the programs of a Go module once; the result, a folder of the cache, is keyed by module files, sources and
 * toolchain. An interrupted build leaves nothing under the key, and Go's own cache resumes where it was.
 */
export async function buildGoModule(module: GoModule, build: GoBuild): Promise<string> {
  const { source, toolchain, report } = build;
  const target = join(cacheFolder(), 'tools', `${module.name}-${moduleKey(source, module, toolchain)}`);
  if (existsSync(target)) return target;
  const partial = `${target}.partial`;
  mkdirSync(partial, { recursive: true });
  report(`building ${module.name} (once; an interrupted build resumes)`);
  const progress = compileProgress(module.name, report);
  try {
    await run('go', ['install', '-v', '-trimpath', '-ldflags', module.ldflags, ...module.packages], {
      cwd: source,
      env: { GOBIN: partial, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
      onLine: progress.line,
    });
  } finally {
    progress.stop();
  }
  await build.finish?.(partial);
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
  return target;
}

function moduleKey(source: string, module: GoModule, toolchain: string): string {
  const hash = createHash('sha256').update(JSON.stringify([toolchain, module]));
  for (const file of globSync('**/{go.mod,go.sum,*.go}', { cwd: source }).sort()) {
    hash.update(file).update(readFileSync(join(source, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** `go install -v` names a package when it starts to compile it. */
function compileProgress(name: string, report: GoBuild['report']) {
  let compiled = 0;
  let latest = 'downloading modules';
  const timer = setInterval(() => report(`building ${name}: ${compiled} packages, ${latest}`), 10_000);
  return {
    line: (text: string) => {
      if (text.startsWith('go: downloading')) return;
      compiled += 1;
      latest = text;
    },
    stop: () => clearInterval(timer),
  };
}
