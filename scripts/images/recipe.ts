/** How one image is made: a Dockerfile, what it is given, and everything its content depends on. */
export interface Recipe {
  /** Part of file names. */
  readonly name: string;
  /** Line of a progress report. */
  readonly title: string;
  readonly dockerfile: string;
  /** Files whose content decides the image, the Dockerfile among them. */
  readonly inputs: readonly string[];
  /** Whatever else decides it: versions, package lists, build arguments. */
  readonly facts: readonly string[];
  readonly buildArguments: Readonly<Record<string, string>>;
  /** The repository and tag, given the key that stands for all of the above. */
  reference(key: string): string;
  /** Gives the build context: a folder of the project, or `workFolder` after filling it. */
  context(workFolder: string, tools: RecipeTools): string | Promise<string>;
  /** What stands in for each `FROM` image, named by `argument` in the Dockerfile, where there is no registry. */
  readonly bases: readonly { readonly argument: string; readonly recipe: Recipe }[];
}

export interface RecipeTools {
  readonly cacheFolder: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}
