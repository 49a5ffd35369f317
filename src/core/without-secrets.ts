/** What a password is called, in a URL's query, a connection string or a flag. */
const names =
  'pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|credentials?|authorization';

const userinfo = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s'"]{0,2000}@/gi;
const pairs = new RegExp(`((?:${names})["']?\\s{0,3}[=:]\\s{0,3})(?:"[^"]*"?|'[^']*'?|[^\\s'"&,;}]+)`, 'gi');

/**
 * A text that is shown or kept, without what looks like a secret in it: the user and password of a URL, the value of
 * what is called a password, and `known` texts as they are. Not a reason to write secrets where they do not belong: it
 * only keeps a mistake in one place from being one in logs, events and annotations as well.
 */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  const masked = known
    .filter((secret) => secret.length >= 8)
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return masked.replaceAll(userinfo, '$1***@').replaceAll(pairs, '$1***');
}

export function hasSecret(text: string): boolean {
  return withoutSecrets(text) !== text;
}
