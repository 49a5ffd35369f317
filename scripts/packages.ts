import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.ts';

/** A program (or an absolute path) that must be there, and the Debian package that has it. */
export interface Requirement {
  program: string;
  debianPackage: string;
}

/** What the native cluster and its images are made with. */
export const clusterRequirements: Requirement[] = [
  { program: 'containerd', debianPackage: 'containerd' },
  { program: 'ctr', debianPackage: 'containerd' },
  { program: 'runc', debianPackage: 'runc' },
  { program: '/usr/lib/cni/bridge', debianPackage: 'containernetworking-plugins' },
  { program: 'etcd', debianPackage: 'etcd-server' },
  { program: 'ip', debianPackage: 'iproute2' },
  { program: 'iptables', debianPackage: 'iptables' },
  { program: 'mkfs.xfs', debianPackage: 'xfsprogs' },
  { program: 'mkfs.ext4', debianPackage: 'e2fsprogs' },
  { program: 'losetup', debianPackage: 'mount' },
  { program: 'flock', debianPackage: 'util-linux' },
  { program: 'openssl', debianPackage: 'openssl' },
  { program: 'debootstrap', debianPackage: 'debootstrap' },
  { program: 'buildah', debianPackage: 'buildah' },
  { program: 'go', debianPackage: 'golang-go' },
];

export function missingRequirements(
  requirements: Requirement[],
  searchPath = process.env['PATH'] ?? '',
): Requirement[] {
  return requirements.filter(({ program }) => !isInstalled(program, searchPath));
}

/** Throws one sentence that names every missing program with its package. */
export function requireRequirements(requirements: Requirement[]): void {
  const missing = missingRequirements(requirements);
  if (missing.length === 0) return;
  const names = missing.map(({ program, debianPackage }) => `${program} (Debian package ${debianPackage})`);
  throw new Error(
    `Missing on this machine: ${names.join(', ')}; install ${missing.length === 1 ? 'it' : 'them'} and run this again.`,
  );
}

/** Installs the Debian packages of what is missing; does nothing where it may not (no apt-get, not root). */
export async function installRequirements(
  requirements: Requirement[],
  report: (line: string) => void,
): Promise<void> {
  const packages = [
    ...new Set(missingRequirements(requirements).map((requirement) => requirement.debianPackage)),
  ].filter((name) => !name.includes(' '));
  if (packages.length === 0 || process.getuid?.() !== 0 || !isInstalled('apt-get', process.env['PATH'] ?? ''))
    return;
  report(`installing Debian packages: ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}

function isInstalled(program: string, searchPath: string): boolean {
  const candidates = program.startsWith('/')
    ? [program]
    : searchPath.split(delimiter).map((folder) => join(folder, program));
  return candidates.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
