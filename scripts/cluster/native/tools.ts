import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../cache-folder.ts';
import { run } from '../../run.ts';
import type { Report } from '../provider.ts';

const goFolder = join(import.meta.dirname, '..', 'go');

interface GoModule {
  name: 'kubernetes' | 'csi' | 'tools' | 'node-init';
  /** What `go install` is told to build. */
  packages: string[];
  ldflags: string;
}

/** Folders that hold the built programs of each module. */
export type ToolFolders = Record<GoModule['name'], string>;

/**
 * Builds every Go program of the cluster once; the result is keyed by module files, sources and toolchain.
 * An interrupted build leaves nothing under the key, and Go's own cache resumes where it was.
 */
export async function buildTools(report: Report): Promise<ToolFolders> {
  const toolchain = (await run('go', ['env', 'GOVERSION'])).trim();
  requireToolchains(toolchain);
  const folders: Partial<ToolFolders> = {};
  for (const module of modules()) folders[module.name] = await buildModule(module, toolchain, report);
  return folders as ToolFolders;
}

/** From 1.21 on Go fetches the newer version that a go.mod asks for; before, it cannot even read the file. */
function requireToolchains(version: string): void {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) > 1 || Number(minor) >= 21) return;
  throw new Error(
    `The Go on the PATH is ${version}, which cannot build Kubernetes; install Go 1.26, or 1.21 and newer, which fetches it.`,
  );
}

function modules(): GoModule[] {
  const version = kubernetesVersion();
  const [major, minor] = version.slice(1).split('.');
  const stamp = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const flags = Object.entries(stamp).map(
    ([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`,
  );
  return [
    { name: 'node-init', packages: ['.'], ldflags: '-s -w' },
    { name: 'kubernetes', packages: ['tool'], ldflags: `-s -w ${flags.join(' ')}` },
    { name: 'csi', packages: ['tool', './driver'], ldflags: '-s -w' },
    { name: 'tools', packages: ['helm.sh/helm/v4/cmd/helm'], ldflags: '-s -w' },
  ];
}

/** Without it the components call themselves v0.0.0 and refuse each other. */
function kubernetesVersion(): string {
  const text = readFileSync(join(goFolder, 'kubernetes', 'go.mod'), 'utf8');
  const version = /^\s+k8s\.io\/kubernetes (v\S+)/m.exec(text)?.[1];
  if (!version)
    throw new Error(`${goFolder}/kubernetes/go.mod does not say which k8s.io/kubernetes it builds`);
  return version;
}

async function buildModule(module: GoModule, toolchain: string, report: Report): Promise<string> {
  const source = join(goFolder, module.name);
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
  if (module.name === 'csi') await keepSnapshotCrds(source, join(partial, 'crds'));
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
  return target;
}

/** The snapshot and group snapshot CRDs lie in the client module of the external-snapshotter. */
async function keepSnapshotCrds(source: string, folder: string): Promise<void> {
  const client = 'github.com/kubernetes-csi/external-snapshotter/client/v8';
  const module = (await run('go', ['list', '-m', '-f', '{{.Dir}}', client], { cwd: source })).trim();
  mkdirSync(folder, { recursive: true });
  for (const file of globSync('*.yaml', { cwd: join(module, 'config', 'crd') })) {
    if (file !== 'kustomization.yaml') copyFileSync(join(module, 'config', 'crd', file), join(folder, file));
  }
}

function moduleKey(source: string, module: GoModule, toolchain: string): string {
  const hash = createHash('sha256').update(JSON.stringify([toolchain, module]));
  for (const file of globSync('**/{go.mod,go.sum,*.go}', { cwd: source }).sort()) {
    hash.update(file).update(readFileSync(join(source, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** `go install -v` names a package when it starts to compile it. */
function compileProgress(name: string, report: Report) {
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
