/**
 * The script without what only its readers need: comments on lines of their own, indentation and empty lines. An exec
 * carries it in its URL, which proxies before an API server may limit.
 */
export function compact(script: string): string {
  return script.replaceAll(/^\s*(?:#.*)?\n/gm, '').replaceAll(/^[ \t]+/gm, '');
}
