import { preamble } from '../../scripts/preamble.ts';
import { toDatabase } from '../connection.ts';

/**
 * What has become of a transaction, as a session of its own sees it. Arguments: those of the connection, kind and value of the
 * database, ID. A backend whose client has gone may need a moment to end it. Says `outcome=`, and `end`.
 */
export const outcomeScript = `
${preamble}
${toDatabase}
case $1 in *[!0-9]* | '') refuse "this is no transaction: $1" ;; esac
rounds=0 said=
while [ "$rounds" -lt 10 ]; do
  said=$(ask "select txid_status($1)" 2>/dev/null) || said=
  [ "$said" = 'in progress' ] || break
  rounds=$((rounds + 1))
  sleep 1
done
say "outcome=$said"
echo end
`;
