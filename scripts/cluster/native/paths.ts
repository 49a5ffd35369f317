import { join } from 'node:path';
import { cacheFolder } from '../../cache-folder.ts';

/** Addresses inside the node; they never meet the host's, because the node has a network namespace of its own. */
export const addresses = {
  node: '10.245.0.1',
  api: '127.0.0.1:6443',
  kubernetesService: '10.96.0.1',
  serviceRange: '10.96.0.0/16',
  podRange: '10.244.0.0/24',
} as const;

export type ClusterPaths = ReturnType<typeof clusterPaths>;

/** All that a cluster has on disk lies below `root`. */
export function clusterPaths(name: string) {
  const clusters = join(cacheFolder(), 'clusters');
  const root = join(clusters, name);
  return {
    clusters,
    root,
    name,
    lock: join(clusters, `${name}.lock`),
    /** For people and tests, on the host. */
    kubeconfig: join(root, 'kubeconfig'),
    /** For the components, inside the node. */
    adminConfig: join(root, 'config', 'admin.kubeconfig'),
    config: join(root, 'config'),
    pki: join(root, 'pki'),
    plan: join(root, 'plan.json'),
    pid: join(root, 'node.pid'),
    port: join(root, 'port'),
    /** Exists once `up` went through to its end. */
    complete: join(root, 'complete'),
    logs: join(root, 'logs'),
    /** One file for each image archive that was imported. */
    loaded: join(root, 'loaded'),
    etcd: join(root, 'etcd'),
    containerd: join(root, 'containerd'),
    containerdSocket: '/run/containerd/containerd.sock',
    kubelet: join(root, 'kubelet'),
    pool: join(root, 'pool'),
    csiSocket: join(root, 'csi.sock'),
    /** What the node sees as /mnt, /var/log and /var/lib. */
    nodeFolders: join(root, 'node'),
    cgroup: `backup-ns-${name}`,
  };
}
