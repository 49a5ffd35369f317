/** A test cluster: made, looked at, filled with images and taken away. */
export interface Provider {
  readonly kind: 'kind' | 'native';
  /** Builds what `up` needs and is not there yet; `up` does it too. */
  build(): Promise<void>;
  /** Leaves a cluster with a Ready node and gives its kubeconfig's path; a no-op when it runs already. */
  up(): Promise<string>;
  /** Leaves nothing of the cluster behind. */
  down(): Promise<void>;
  status(): Promise<ClusterStatus>;
  /** Makes the image of a `docker save` archive known to the node; a no-op when it is. */
  load(imageTar: string): Promise<void>;
  /** Client programs that fit the cluster. */
  programs(): Promise<Programs>;
}

export interface Programs {
  kubectl: string;
  helm: string;
}

export interface ClusterStatus {
  running: boolean;
  kubeconfig?: string;
  /** Shown as they are, one a line. */
  details: string[];
}

/** Says what it does, for a person who waits. */
export type Report = (line: string) => void;
