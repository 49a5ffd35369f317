/**
 * Reads a script of $1 bytes and its arguments, $2 bytes, no more, and runs it with them. One that is cut short is not run.
 * Not by `read`, which takes a pipe byte by byte: 50 ms in bash. An argument is a line, see `lineOf`.
 */
const loader = `
command -v dd >/dev/null || { echo "there is no dd in the container; use an image that has it" >&2; exit 64; }
# BYTES: sets text.
take() {
  left=$1 text=
  while [ "$left" -gt 0 ]; do
    part=$(dd bs="$left" count=1 2>/dev/null; echo .)
    part=\${part%.}
    [ -n "$part" ] || { echo "the caller was gone before it said everything" >&2; exit 64; }
    text=$text$part left=$((left - \${#part}))
  done
}
take "$1"
script=$text
take "$2"
set -f
IFS='
'
case $text in
  *'\\'*)
    list= number=0
    for value in $text; do
      case $value in
        '\\c') value= ;;
        *'\\'*) value=$(printf '%b.' "$value") value=\${value%.} ;;
      esac
      number=$((number + 1))
      eval "argument_$number=\\$value"
      list="$list \\"\\$argument_$number\\""
    done
    eval "set -- $list"
    ;;
  *) set -- $text ;;
esac
set +f
unset IFS text list value number part left
eval "$script"
`;

/**
 * How a script of any length is run, with arguments of any number: an exec carries its command in its URL, of which a
 * proxy before the API server may take no more than 8 KB, so the script comes first on stdin, and its arguments after it.
 * What follows there is for itself to read. All is of ASCII, so that its bytes are its characters in every locale.
 *
 * `mark` is an argument of the shell itself, which the script never sees: by it others can tell that it runs.
 */
export function scriptOnStdin(
  script: string,
  args: readonly string[],
  mark?: string,
): { readonly command: string[]; readonly opening: string } {
  const lines = args.map(lineOf).join('\n');
  const marks = mark === undefined ? [] : [mark];
  const command = ['sh', '-ceu', loader, 'sh', String(script.length), String(lines.length), ...marks];
  return { command, opening: `${script}${lines}` };
}

/** As it is, if that is a line without a backslash; else every byte in octal, as `printf %b` reads it, `\c` if it is empty. */
function lineOf(argument: string): string {
  if (/^[\x20-\x5b\x5d-\x7e]+$/.test(argument)) return argument;
  if (argument === '') return String.raw`\c`;
  return Array.from(Buffer.from(argument), (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}
