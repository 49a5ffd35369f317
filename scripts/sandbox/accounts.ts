import { Tokens } from './access/tokens.ts';
import { kubeconfigOf } from './kubeconfig.ts';

export interface Account {
  /** Namespace and name of a service account; the cluster's administrator when left out. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  /** Of the kubeconfig's context; `default`. */
  readonly namespace?: string;
  /** Instead of the sandbox's own, for a proxy that stands before it; plain http. */
  readonly server?: URL;
}

/** What somebody needs to talk to the API server at this address. */
export class Accounts {
  readonly #tokens: Tokens;
  readonly #server: { readonly url: URL; readonly ca: string };

  constructor(tokens: Tokens, server: { readonly url: URL; readonly ca: string }) {
    this.#tokens = tokens;
    this.#server = server;
  }

  token({ serviceAccount }: Account = {}): string {
    if (!serviceAccount) return this.#tokens.issue('kubernetes-admin', ['system:masters']);
    return this.#tokens.issueForServiceAccount(serviceAccount.namespace, serviceAccount.name);
  }

  kubeconfig(account: Account = {}): string {
    const { namespace = 'default', server } = account;
    const place = server ? { server } : { server: this.#server.url, ca: this.#server.ca };
    return kubeconfigOf({ ...place, token: this.token(account), namespace });
  }
}
