import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Authority {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A fresh CA and a server certificate of it for 127.0.0.1 and kube.test, both PEM. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'authority-'));
  const openssl = (...args: string[]): unknown =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = 'subjectAltName=IP:127.0.0.1,DNS:kube.test';
  try {
    const request = ['req', '-x509', ...newKey, '-days', '2'];
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', names];
    openssl(...request, '-subj', '/CN=ca', '-keyout', 'ca.key', '-out', 'ca.crt');
    openssl(...request, '-subj', '/CN=api', '-keyout', 'tls.key', '-out', 'tls.crt', ...signed);
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    return { ca: read('ca.crt'), cert: read('tls.crt'), key: read('tls.key') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
