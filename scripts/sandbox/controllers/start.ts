import type { Definition } from '../objects/definition.ts';
import type { Kubelet } from '../pods/kubelet.ts';
import { controlClaims } from './claims.ts';
import { controlContents } from './contents.ts';
import type { Cluster } from '../cluster.ts';
import { collectGarbage } from './garbage.ts';
import { controlGroupContents } from './group-contents.ts';
import { controlGroups } from './groups.ts';
import { controlJobs } from './jobs.ts';
import { controlNamespaces } from './namespaces.ts';
import { controlPods } from './pods.ts';
import { controlSnapshots } from './snapshots.ts';
import { controlWorkloads } from './workloads.ts';

/** All that acts in the cluster by itself, until its signal is aborted. */
export function startControllers(
  cluster: Cluster,
  kubelet: Kubelet,
  definitions: readonly Definition[],
  readyDelayMs: number,
): void {
  controlNamespaces(cluster, definitions);
  collectGarbage(cluster, definitions);
  controlClaims(cluster);
  controlSnapshots(cluster);
  controlContents(cluster, readyDelayMs);
  controlGroups(cluster);
  controlGroupContents(cluster, readyDelayMs);
  controlPods(cluster, kubelet);
  controlJobs(cluster);
  controlWorkloads(cluster);
}
