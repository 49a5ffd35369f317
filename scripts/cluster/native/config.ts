import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addresses, type ClusterPaths } from './paths.ts';

/** Writes every configuration file of the node's components. */
export function writeConfig(paths: ClusterPaths, hostPort: number): void {
  const folders = [
    paths.config,
    join(paths.config, 'cni'),
    paths.logs,
    paths.kubelet,
    paths.pool,
    paths.etcd,
  ];
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string | object) =>
    writeFileSync(
      join(paths.config, name),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    );
  write('containerd.toml', containerdConfig(paths));
  write('cni/10-bridge.conflist', cniConfig());
  write('kubelet.yaml', kubeletConfig(paths));
  write('kube-proxy.yaml', proxyConfig(paths));
  write('resolv.conf', 'nameserver 127.0.0.1\n');
  write('admin.kubeconfig', kubeconfig(paths, `https://${addresses.api}`, 'admin'));
  write('kubelet.kubeconfig', kubeconfig(paths, `https://${addresses.api}`, 'kubelet'));
  writeFileSync(
    paths.kubeconfig,
    JSON.stringify(kubeconfig(paths, `https://127.0.0.1:${hostPort}`, 'admin'), null, 2),
    {
      mode: 0o600,
    },
  );
}

/** Certificates travel inside, so that the file works from anywhere. JSON is YAML. */
function kubeconfig(paths: ClusterPaths, server: string, user: string): object {
  const data = (file: string) => readFileSync(join(paths.pki, file)).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': paths.name,
    clusters: [{ name: paths.name, cluster: { server, 'certificate-authority-data': data('ca.crt') } }],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': data(`${user}.crt`), 'client-key-data': data(`${user}.key`) },
      },
    ],
    contexts: [{ name: paths.name, context: { cluster: paths.name, user } }],
  };
}

function containerdConfig(paths: ClusterPaths): string {
  return `version = 2
root = "${paths.containerd}"
state = "/run/containerd"
[grpc]
  address = "${paths.containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/backup-ns/pause:1"
  # Without CAP_SYS_RESOURCE runc dies with "can't get final child's PID from pipe: EOF".
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${paths.config}/cni"
`;
}

function cniConfig(): object {
  return {
    cniVersion: '0.4.0',
    name: 'bridge',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          ranges: [[{ subnet: addresses.podRange }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

function kubeletConfig(paths: ClusterPaths): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: addresses.node,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(paths.pki, 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(paths.pki, 'kubelet-serving.crt'),
    tlsPrivateKeyFile: join(paths.pki, 'kubelet-serving.key'),
    containerRuntimeEndpoint: `unix://${paths.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${paths.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    resolvConf: join(paths.config, 'resolv.conf'),
    podLogsDir: '/var/log/pods',
    volumePluginDir: join(paths.root, 'volume-plugins'),
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'nodefs.inodesFree': '1%' },
    enforceNodeAllocatable: [],
    nodeStatusUpdateFrequency: '5s',
    volumeStatsAggPeriod: '10s',
    healthzPort: 0,
  };
}

function proxyConfig(paths: ClusterPaths): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clientConnection: { kubeconfig: paths.adminConfig },
    clusterCIDR: addresses.podRange,
    hostnameOverride: paths.name,
    // The conntrack table is the whole machine's: leave its limits alone.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
