import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const programs = {
  // One process, and its number lies in the folder: so it can be killed.
  'toy-dump': `
[ "$1" != --version ] || { echo 1.0; exit 0; }
[ -f "$1" ] || { echo "notebook $1 does not exist" >&2; exit 1; }
echo $$ 2>/dev/null >"\${1%/*}/pid"
exec awk '{ print } END { print "-- end of notebook" }' "$1"`,
  'toy-load': `
cat >"$1.new"
[ "$(tail -n 1 "$1.new")" = 'end of restore' ] || { rm "$1.new"; echo 'it is cut short' >&2; exit 1; }
awk '/^-- end of notebook$/ { exit } { print }' "$1.new" >"$1.whole"
rm "$1.new"
mv "$1.whole" "$1"
echo restored=yes`,
  'toy-shell': `while read -r word; do grep -c -e "$word" "$1" || :; done`,
};

/** The programs of the toy, in a new folder below this one. */
export function toyPrograms(root: string): string {
  const folder = join(root, 'programs');
  mkdirSync(folder);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** Where the database of this name lies in the folder of the server. */
export function notebookOf(folder: string, name: string): string {
  return join(folder, `${Buffer.from(name).toString('hex')}.txt`);
}
