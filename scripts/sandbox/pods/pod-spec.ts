/** What is used of a container of a pod's spec. */
export interface Container {
  readonly name: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly resources?: Resources;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: EnvVarSource;
}

/** One of them is set. */
export interface EnvVarSource {
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: ResourceField;
  readonly configMapKeyRef?: KeyReference;
  readonly secretKeyRef?: KeyReference;
}

/** One of the references is set. */
export interface EnvFromSource {
  readonly prefix?: string;
  readonly configMapRef?: Reference;
  readonly secretRef?: Reference;
}

export interface Reference {
  readonly name: string;
  readonly optional?: boolean;
}

export interface KeyReference extends Reference {
  readonly key: string;
}

export interface ResourceField {
  /** Such as `limits.cpu`. */
  readonly resource: string;
  readonly divisor?: Quantity;
}

export type Quantity = string | number;

export interface Resources {
  readonly limits?: Readonly<Record<string, Quantity>>;
  readonly requests?: Readonly<Record<string, Quantity>>;
}
