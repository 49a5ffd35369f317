import { composeCheck } from '../../../src/databases/scripts/check.ts';
import { composeDump } from '../../../src/databases/scripts/dump.ts';
import { composeInfo } from '../../../src/databases/scripts/info.ts';
import { composeRestore } from '../../../src/databases/scripts/restore.ts';
import { composeShell } from '../../../src/databases/scripts/shell.ts';

/** Arguments: FOLDER, then kind and value of user and password. */
const connection = `
folder=$1
credential "$2" "$3"
user=$value
listen
case $4 in stdin) password=$first ;; *) variable "$5"; password=$value ;; esac
shift 5
may_enter() { [ "$password" = "$(cat "$folder/password")" ]; }
hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \\n'; }
`;

const octal = `
octal() {
  hex=$1
  while [ -n "$hex" ]; do
    rest=\${hex#??}
    printf '\\\\0%03o' "0x\${hex%"$rest"}"
    hex=$rest
  done
}
case $4 in all) database= ;; *) credential "$4" "$5"; database=$value ;; esac
`;

const questions = `
if may_enter; then
  say version=1.0
  say "tool=$(toy-dump --version)"
  if [ -f "$folder/$(hex "$database").txt" ]; then say "current=$(octal "$(hex "$database")")"; fi
  for file in "$folder"/*.txt; do
    name=\${file##*/}
    say "name=$(octal "\${name%.txt}")"
  done
else
  say 'refused=the password is wrong'
fi
`;

export const checkScript = composeCheck({
  connection: `${connection}${octal}`,
  tools: ['toy-dump'],
  questions,
  sizes:
    'if may_enter; then for file in "$folder"/*.txt; do name=${file##*/}; say "size=$(wc -c <"$file") $(octal "${name%.txt}")"; done; fi',
  closing: `say "user=$user"\nsay "database=$database"`,
});

const tool = `
choose_tool() { tool=toy-dump closing='-- end of notebook'; }
run_tool() { exec toy-dump "$folder/$(hex "$2").txt"; }
`;

export const dumpScript = composeDump({ connection, tool });

const toDatabase = `
${connection}
case $1 in all) database= ;; *) credential "$1" "$2"; database=$value ;; esac
shift 2
`;

export const infoScript = composeInfo({
  connection: toDatabase,
  questions: `
if may_enter; then
  say version=1.0
  say "tool=$(toy-dump --version)"
  say replica=no
  say "size=$(wc -c <"$folder/$(hex "$database").txt") $database"
else
  say 'refused=the password is wrong'
fi
say "user=$user"
say "database=$database"
`,
});

export const restoreScript = composeRestore({
  connection: toDatabase,
  tools: ['cat'],
  client: `
feed() { cat; }
run_client() { exec toy-load "$folder/$(hex "$database").txt"; }
`,
  finale: 'end of restore\\n',
});

export const shellScript = composeShell({
  connection: toDatabase,
  client: 'exec toy-shell "$folder/$(hex "$database").txt"',
});
