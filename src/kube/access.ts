/** What a TLS connection to the API server needs; read anew for every call, as all of it can rotate. */
export interface TlsOptions {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
}

/** How to reach one cluster as one user. */
export interface ClusterAccess {
  /** May carry a path, as a Rancher or Teleport address does. */
  readonly server: URL;
  readonly proxy: URL | undefined;
  /** The namespace of the kubeconfig's context or of the pod; `default` when there is neither. */
  readonly namespace: string;
  /** The present token and certificates. Cheap enough to call before every request. */
  credentials(): Promise<Credentials>;
  /** The server refused the credentials (401): forget what is cached, so that the next call reads it from its source. */
  refresh(): void;
}
