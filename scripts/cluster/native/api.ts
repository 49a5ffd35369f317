import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, succeeds } from '../../run.ts';
import { nodePid } from './node.ts';
import type { ClusterPaths } from './paths.ts';
import type { ToolFolders } from './tools.ts';

/** Runs kubectl against the cluster, with the kubeconfig that people use. */
export function kubectl(paths: ClusterPaths, tools: ToolFolders, ...args: string[]): Promise<string> {
  return run(join(tools.kubernetes, 'kubectl'), ['--kubeconfig', paths.kubeconfig, ...args]);
}

export function isServing(paths: ClusterPaths, tools: ToolFolders): Promise<boolean> {
  const args = ['--kubeconfig', paths.kubeconfig, '--request-timeout=5s', 'get', '--raw', '/readyz'];
  return succeeds(join(tools.kubernetes, 'kubectl'), args);
}

export async function isReady(paths: ClusterPaths, tools: ToolFolders): Promise<boolean> {
  const condition = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
  return (await kubectl(paths, tools, 'get', 'nodes', '-o', `jsonpath=${condition}`)) === 'True';
}

/** Whether `up` has nothing to do. */
export async function isHealthy(paths: ClusterPaths, tools: ToolFolders): Promise<boolean> {
  const wasFinished = existsSync(paths.complete) && nodePid(paths) !== undefined;
  return wasFinished && (await isServing(paths, tools)) && (await isReady(paths, tools));
}

/** Installs the snapshot CRDs, and the storage that the tests use. */
export async function applyBase(paths: ClusterPaths, tools: ToolFolders): Promise<void> {
  const apply = ['apply', '--server-side', '--force-conflicts', '-f'];
  await kubectl(paths, tools, ...apply, join(tools.csi, 'crds'));
  await kubectl(paths, tools, 'wait', '--for=condition=Established', '--timeout=30s', 'crd', '--all');
  await kubectl(paths, tools, ...apply, join(import.meta.dirname, 'base.yaml'));
}
