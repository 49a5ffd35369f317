import { formats } from './formats.ts';
import { preamble } from './preamble.ts';

/** An engine's parts of the check script. */
export interface CheckParts {
  /**
   * Takes the first arguments, shifts them away, listens, and exports what the tools want to know. It may set
   * `more_tools`, programs that are needed besides.
   */
  readonly connection: string;
  /** The programs that its dumps need in the container. */
  readonly tools: readonly string[];
  /**
   * Asks the server, when no tool is missing: says `version=` and `tool=`, or `refused=` with the server's words on one
   * line, and the names of databases (see `octal.ts`). Its own arguments are \$4 and following.
   */
  readonly questions: string;
  /** Says `size=BYTES NAME` of databases, as far as that can be told; asked where there is no dump to go by. */
  readonly sizes?: string;
  /** Said in any case, for the sentences about it. */
  readonly closing: string;
}

const sharedTools = ['sha256sum', 'mkfifo', 'df', 'wc', 'tail', 'mv', 'rm', 'cat', 'tr', 'sleep', 'du'];

/**
 * Prints KEY=VALUE lines, every problem among them, and `end`; it changes nothing.
 * Arguments: those of the engine's connection, FILE, then PREFIX and SUFFIX of the files of several databases, then
 * those of the engine's questions.
 */
export function composeCheck({ connection, tools, questions, sizes = '', closing }: CheckParts): string {
  return `
${preamble}
${formats}
more_tools=
${connection}
file=$1 prefix=$2 suffix=$3
format_of "$file"
can_expand "$format" || say "program=$format"
directory=\${file%/*}
[ -n "$directory" ] || directory=/

# In bytes; of a folder, what its files take on the disk. Of nothing else: a pipe would keep it waiting.
size() {
  if [ -d "$1" ]; then
    blocks=$(du -s -k -- "$1")
    say "$((\${blocks%%[!0-9]*} * 1024))"
  else
    wc -c <"$1"
  fi
}

missing= has_dump=
for tool in ${[...tools, ...sharedTools].join(' ')} $more_tools; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -z "$missing" ] || say "missing=\${missing# }"
if real=$(cd -- "$directory" 2>/dev/null && pwd -P); then
  say "directory=$real"
  place=$real
  while [ -n "$place" ]; do
    if [ -f "$place/PG_VERSION" ] || [ -f "$place/ibdata1" ]; then
      say "data=$place"
      break
    fi
    place=\${place%/*}
  done
  if [ -d "$file" ]; then echo "there=folder"; elif [ -e "$file" ]; then echo "there=file"; fi
  [ -w "$directory" ] || say "unwritable=$(id -un 2>/dev/null || id -u)"
  say "space=$(df -P -k "$directory" | tail -n 1)"
  if [ -f "$file" ] || [ -d "$file" ]; then say "previous=$(size "$file")" && has_dump=yes; fi
  for old in "$prefix"*"$suffix"; do
    if [ -f "$old" ] || [ -d "$old" ]; then
      name=\${old#"$prefix"} name=\${name%"$suffix"}
      say "had=$(size "$old") $name" && has_dump=yes
    fi
  done
fi
if [ -z "$missing" ]; then
${questions}
fi
if [ -z "$missing$has_dump" ]; then
  :
${sizes}
fi
${closing}
echo end
`;
}
