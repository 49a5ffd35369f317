import { join } from 'node:path';
import { addresses, type ClusterPaths } from './paths.ts';
import type { ToolFolders } from './tools.ts';

/** What node-init reads; the same as `Plan` in scripts/cluster/go/node-init/main.go. */
export interface NodePlan {
  listen: string;
  forward: string;
  nodeIP: string;
  tmpfs: string[];
  binds: { from: string; to: string }[];
  components: { name: string; args: string[]; env: string[]; graceful: boolean; log: string }[];
}

export function nodePlan(paths: ClusterPaths, tools: ToolFolders, hostPort: number): NodePlan {
  return {
    listen: `127.0.0.1:${hostPort}`,
    forward: addresses.api,
    nodeIP: addresses.node,
    tmpfs: ['/run'],
    binds: [
      { from: join(paths.nodeFolders, 'mnt'), to: '/mnt' },
      { from: join(paths.nodeFolders, 'log'), to: '/var/log' },
      { from: join(paths.nodeFolders, 'lib'), to: '/var/lib' },
    ],
    components: components(paths, tools),
  };
}

function components(paths: ClusterPaths, tools: ToolFolders): NodePlan['components'] {
  const kubernetes = (name: string) => join(tools.kubernetes, name);
  const csi = (name: string) => join(tools.csi, name);
  const kubeconfig = `--kubeconfig=${paths.adminConfig}`;
  // Their own pace is that of a large cluster: a snapshot would be found ready minutes late.
  const sidecar = [
    kubeconfig,
    '--retry-interval-start=200ms',
    '--retry-interval-max=1s',
    '--kube-api-qps=50',
    '--kube-api-burst=100',
  ];
  const commands: { name: string; args: string[]; env?: string[]; graceful?: boolean }[] = [
    { name: 'containerd', args: ['containerd', `--config=${paths.config}/containerd.toml`] },
    { name: 'etcd', args: etcd(paths) },
    { name: 'kube-apiserver', args: [kubernetes('kube-apiserver'), ...apiServer(paths)] },
    {
      name: 'kube-controller-manager',
      args: [
        kubernetes('kube-controller-manager'),
        kubeconfig,
        `--root-ca-file=${paths.pki}/ca.crt`,
        `--service-account-private-key-file=${paths.pki}/service-account.key`,
        '--use-service-account-credentials=true',
        '--leader-elect=false',
        '--bind-address=127.0.0.1',
      ],
    },
    {
      name: 'kube-scheduler',
      args: [kubernetes('kube-scheduler'), kubeconfig, '--leader-elect=false', '--bind-address=127.0.0.1'],
    },
    { name: 'kube-proxy', args: [kubernetes('kube-proxy'), `--config=${paths.config}/kube-proxy.yaml`] },
    {
      name: 'kubelet',
      args: [
        kubernetes('kubelet'),
        `--config=${paths.config}/kubelet.yaml`,
        `--kubeconfig=${paths.config}/kubelet.kubeconfig`,
        `--root-dir=${paths.kubelet}`,
        `--cert-dir=${paths.kubelet}/pki`,
        `--hostname-override=${paths.name}`,
        `--node-ip=${addresses.node}`,
      ],
    },
    {
      name: 'csi-driver',
      args: [
        csi('driver'),
        `-endpoint=${paths.csiSocket}`,
        `-registration-dir=${paths.kubelet}/plugins_registry`,
        `-node-id=${paths.name}`,
        `-pool=${paths.pool}`,
      ],
      graceful: true,
    },
    {
      name: 'csi-provisioner',
      args: [csi('csi-provisioner'), ...sidecar, `--csi-address=${paths.csiSocket}`, '--default-fstype=ext4'],
      env: [`NODE_NAME=${paths.name}`, 'NAMESPACE=kube-system'],
    },
    {
      name: 'csi-snapshotter',
      args: [
        csi('csi-snapshotter'),
        ...sidecar,
        `--csi-address=${paths.csiSocket}`,
        '--feature-gates=CSIVolumeGroupSnapshot=true',
      ],
    },
    {
      name: 'snapshot-controller',
      args: [
        csi('snapshot-controller'),
        ...sidecar,
        '--feature-gates=CSIVolumeGroupSnapshot=true',
        '--http-endpoint=',
      ],
    },
  ];
  return commands.map(({ name, args, env = [], graceful = false }) => ({
    name,
    args,
    env,
    graceful,
    log: join(paths.logs, `${name}.log`),
  }));
}

function etcd(paths: ClusterPaths): string[] {
  return [
    'etcd',
    `--data-dir=${paths.etcd}`,
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
    // A throw-away cluster: its data need not outlive a power cut.
    '--unsafe-no-fsync',
  ];
}

function apiServer(paths: ClusterPaths): string[] {
  const pki = (file: string) => join(paths.pki, file);
  return [
    '--etcd-servers=http://127.0.0.1:2379',
    '--secure-port=6443',
    `--advertise-address=${addresses.node}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
    `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki('service-account.key')}`,
    `--service-account-signing-key-file=${pki('service-account.key')}`,
    `--service-cluster-ip-range=${addresses.serviceRange}`,
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    '--max-requests-inflight=800',
  ];
}
