/**
 * Replaces `$(NAME)`; `$$` is a `$`, and a reference to an unknown variable stays as it is.
 * @see https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (match, name?: string) => {
    if (name === undefined) return '$';
    return variables.get(name) ?? match;
  });
}
