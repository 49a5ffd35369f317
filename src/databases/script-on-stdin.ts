const end = '# backup-ns: this was the script';

/** Reads lines up to $1, and runs them with what follows $1 as their arguments. One that is cut short is not run. */
const loader = `
script= line=
while IFS= read -r line && [ "$line" != "$1" ]; do script="$script$line
"; done
[ "$line" = "$1" ] || { printf '%s\\n' "the caller was gone before it said everything" >&2; exit 64; }
shift
unset line
eval "$script"
`;

/**
 * How a script of any length is run: an exec carries its command in its URL, of which a proxy before the API server may
 * take no more than 8 KB, so the script comes first on stdin. What follows there is for itself to read.
 */
export function scriptOnStdin(
  script: string,
  args: readonly string[],
): { readonly command: string[]; readonly opening: string } {
  return { command: ['sh', '-ceu', loader, 'sh', end, ...args], opening: `${script}\n${end}\n` };
}
