import { copyFileSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGoModule, goToolchain, type GoModule } from '../../go-module.ts';
import { run } from '../../run.ts';
import type { Report } from '../provider.ts';

const goFolder = join(import.meta.dirname, '..', 'go');

interface ClusterModule extends GoModule {
  readonly name: 'kubernetes' | 'csi' | 'tools' | 'node-init';
}

/** Folders that hold the built programs of each module. */
export type ToolFolders = Record<ClusterModule['name'], string>;

/** Builds every Go program of the cluster once. */
export async function buildTools(report: Report): Promise<ToolFolders> {
  const toolchain = await goToolchain();
  requireToolchains(toolchain);
  const folders: Partial<ToolFolders> = {};
  for (const module of modules()) {
    const source = join(goFolder, module.name);
    const finish = (folder: string) => keepSnapshotCrds(source, join(folder, 'crds'));
    folders[module.name] = await buildGoModule(module, {
      source,
      toolchain,
      report,
      ...(module.name === 'csi' && { finish }),
    });
  }
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

function modules(): ClusterModule[] {
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

/** The snapshot and group snapshot CRDs lie in the client module of the external-snapshotter. */
async function keepSnapshotCrds(source: string, folder: string): Promise<void> {
  const client = 'github.com/kubernetes-csi/external-snapshotter/client/v8';
  const module = (await run('go', ['list', '-m', '-f', '{{.Dir}}', client], { cwd: source })).trim();
  mkdirSync(folder, { recursive: true });
  for (const file of globSync('*.yaml', { cwd: join(module, 'config', 'crd') })) {
    if (file !== 'kustomization.yaml') copyFileSync(join(module, 'config', 'crd', file), join(folder, file));
  }
}
