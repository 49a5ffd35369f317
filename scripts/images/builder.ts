/** What can turn a Dockerfile into an image; the images it made stay in its store under their reference. */
export interface Builder {
  /** Whether `FROM` images come from a registry; else each needs a base of our own. */
  readonly hasRegistry: boolean;
  has(reference: string): Promise<boolean>;
  build(order: BuildOrder): Promise<void>;
  /** Writes a `docker save` archive. */
  save(reference: string, tar: string): Promise<void>;
  /** Takes an image out of the store; all the same whether it is there. */
  remove(reference: string): Promise<void>;
  /** The references in the store that begin so. */
  list(prefix: string): Promise<string[]>;
}

export interface BuildOrder {
  readonly reference: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}
