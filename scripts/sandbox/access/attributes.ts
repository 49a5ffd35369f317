export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What a request wants to do; `authorizer.Attributes` of the API server. */
export interface Attributes {
  readonly user: User;
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** Set instead of the others for requests that are for no resource, such as `/version`. */
  readonly path?: string | undefined;
}
