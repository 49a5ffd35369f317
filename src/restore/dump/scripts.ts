import { folderDigest } from '../../databases/scripts/folder-digest.ts';
import { preamble } from '../../databases/scripts/preamble.ts';
import { volumeVariable } from './reader-manifest.ts';

/**
 * Says of each place on the volume what is there: `file=NUMBER BYTES`, `folder=NUMBER` of pg_dump, `unreadable=NUMBER`; and where
 * the volume is.
 */
export const locateScript = `
${preamble}
listen
root=$(printenv ${volumeVariable}) || refuse "the volume of the snapshot is not there"
say "root=$root"
number=0
for place; do
  file=$root/$place
  if [ -f "$file/toc.dat" ]; then say "folder=$number"
  elif [ -f "$file" ] && [ -r "$file" ]; then say "file=$number $(($(wc -c <"$file")))"
  elif [ -f "$file" ]; then say "unreadable=$number"
  fi
  number=$((number + 1))
done
echo end
`;

/** Says which of the files, or folders of pg_dump, is the first with the digest $1: `match=NUMBER`. */
export const matchScript = `
${preamble}
${folderDigest}
listen
wanted=$1 number=0
shift
for file; do
  if [ -d "$file" ]; then digest=$(folder_digest "$file" 2>/dev/null) || digest=
  else digest=$(sha256sum <"$file" 2>/dev/null) || digest=
  fi
  [ "\${digest%% *}" != "$wanted" ] || { say "match=$number"; break; }
  number=$((number + 1))
done
echo end
`;

/** Says in the database's container to whom the folder of the dump FILE belongs: whoever dumps gives it to them. */
export const ownerScript = `
${preamble}
listen
directory=\${1%/*}
say "owner=$(stat -c %u "\${directory:-/}" 2>/dev/null || ls -nd "\${directory:-/}" | { read -r mode links owner rest; say "$owner"; })"
echo end
`;
