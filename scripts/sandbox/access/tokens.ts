import { randomBytes } from 'node:crypto';
import type { User } from './authorize.ts';

const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Who may call himself what. */
export class Tokens {
  readonly #users = new Map<string, User>();

  /** A new token for this user. */
  issue(name: string, groups: readonly string[]): string {
    const token = randomBytes(24).toString('base64url');
    this.#users.set(token, { name, groups: [...groups, 'system:authenticated'] });
    return token;
  }

  issueForServiceAccount(namespace: string, name: string): string {
    return this.issue(`system:serviceaccount:${namespace}:${name}`, groupsOfServiceAccount(namespace));
  }

  /** `authorization` is the header. Without one it is nobody in particular; undefined for a token that is not known. */
  authenticate(authorization: string | undefined): User | undefined {
    if (authorization === undefined) return anonymous;
    const [, token] = /^bearer +(.+)$/i.exec(authorization) ?? [];
    return token === undefined ? undefined : this.#users.get(token.trim());
  }
}

export function groupsOfServiceAccount(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
