import { statfsSync } from 'node:fs';
import { hasFlockProgram } from './flock-program.ts';
import type { MethodName } from './lock-method.ts';

/** What the choice depends on. */
export interface Machine {
  hasFlockProgram(): Promise<boolean>;
  /** `f_type` of statfs(2). */
  filesystemType(path: string): number;
}

export const thisMachine: Machine = {
  hasFlockProgram,
  filesystemType: (path) => statfsSync(path).type,
};

/**
 * Filesystems on which flock(2) may reach no further than this machine, or fail, by the numbers of linux/magic.h and of
 * their own sources. Cluster filesystems on a block device (OCFS2, GFS2) keep flock for all their nodes.
 */
const networkFilesystems: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x00c36400: 'Ceph',
  0x01021997: '9p',
  // GlusterFS, s3fs and many others.
  0x65735546: 'FUSE',
  0x6a656a63: 'virtiofs',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x5346414f: 'AFS',
  0x73757245: 'Coda',
  0x786f4256: 'vboxsf',
};

/** How the slots of a directory are locked whose way nobody has chosen yet. Lock files that are there are those of flock. */
export async function chooseMethod(
  directory: string,
  hasLockFiles: boolean,
  machine: Machine,
): Promise<MethodName> {
  if (hasLockFiles) return 'flock';
  if (networkFilesystems[machine.filesystemType(directory) >>> 0] !== undefined) return 'lockfile';
  return (await machine.hasFlockProgram()) ? 'flock' : 'lockfile';
}
