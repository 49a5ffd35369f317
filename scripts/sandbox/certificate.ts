import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM, also of the authority that a client has to trust: it signs itself. */
  readonly cert: string;
  readonly key: string;
}

/** A fresh certificate for 127.0.0.1 and localhost. */
export async function createCertificate(now: Date): Promise<Certificate> {
  const day = 24 * 60 * 60 * 1000;
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'sandbox' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - day),
    notAfterDate: new Date(now.getTime() + 30 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}
