import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../run.ts';
import { addresses, type ClusterPaths } from './paths.ts';

interface Certificate {
  name: string;
  subject: string;
  /** subjectAltName; a client certificate has none. */
  names?: string;
}

const certificates = (clusterName: string): Certificate[] => [
  {
    name: 'apiserver',
    subject: '/CN=kube-apiserver',
    names: `IP:127.0.0.1,IP:${addresses.kubernetesService},IP:${addresses.node},DNS:localhost,DNS:kubernetes.default.svc`,
  },
  {
    name: 'kubelet-serving',
    subject: `/CN=${clusterName}`,
    names: `IP:${addresses.node},DNS:${clusterName}`,
  },
  { name: 'kubelet', subject: `/O=system:nodes/CN=system:node:${clusterName}` },
  { name: 'apiserver-kubelet-client', subject: '/O=system:masters/CN=apiserver-kubelet-client' },
  { name: 'admin', subject: '/O=system:masters/CN=admin' },
];

/** Makes the cluster's certificate authority and certificates, all or nothing; keeps those that are there. */
export async function makePki(paths: ClusterPaths): Promise<void> {
  if (existsSync(paths.pki)) return;
  const folder = `${paths.pki}.partial`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '3650',
    '-subj',
    '/CN=backup-ns-test',
  );
  await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'service-account.key');
  for (const { name, subject, names } of certificates(paths.name)) {
    await openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
    writeFileSync(join(folder, `${name}.ext`), extensions(names));
    const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...authority,
      '-days',
      '3650',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.crt`,
    );
  }
  renameSync(folder, paths.pki);
}

function extensions(names: string | undefined): string {
  const usage = `keyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=clientAuth,serverAuth\n`;
  return names ? `${usage}subjectAltName=${names}\n` : usage;
}
