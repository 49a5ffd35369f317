import { formats } from '../../scripts/formats.ts';
import { preamble } from '../../scripts/preamble.ts';
import { shellWord } from '../../scripts/constant.ts';
import { toDatabase } from '../connection.ts';
import { dumpText } from './dump-text.ts';
import { findProperties, managing } from './managing.ts';

/** Lines `KEY=VALUE` of the server, of this user and of the database `target`. */
const facts = `
select 'super=' || rolsuper from pg_roles where rolname = current_user;
select 'creates=' || (rolsuper or rolcreatedb) from pg_roles where rolname = current_user;
select 'owns=' || pg_has_role(datdba, 'usage') from pg_database where datname = :'target';
select 'owner=' || replace(pg_get_userbyid(datdba), chr(10), ' ') from pg_database where datname = :'target';
select 'size=' || pg_database_size(oid) from pg_database where datname = :'target' and has_database_privilege(oid, 'connect');
select 'folder=' || setting from pg_settings where name = 'data_directory';
select 'prepared=' || count(*) from pg_prepared_xacts where database = :'target';
select 'slot=' || slot_name from pg_replication_slots where database = :'target';
select 'subscription=' || replace(subname, chr(10), ' ') from pg_subscription where subdbid = (select oid from pg_database where datname = :'target');
select distinct 'stranger=' || replace(a.usename, chr(10), ' ') from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
where a.datname = :'target' and a.pid <> pg_backend_pid()
  and not (select rolsuper from pg_roles where rolname = current_user)
  and (r.rolsuper or not (pg_has_role(a.usesysid, 'member') or pg_has_role('pg_signal_backend', 'member')));
`;

/**
 * Of the database itself, as a restore in place is one transaction: how many locks that takes to drop what is there, how many the
 * server has room for, and whose default rights what is made anew would get.
 */
const ofPlace = `
select 'locks=' || count(*) || ' ' || current_setting('max_locks_per_transaction')::bigint
  * (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint)
from pg_class where oid >= 16384
union all
select distinct 'defaults=' || replace(pg_get_userbyid(defaclrole), chr(10), ' ') from pg_default_acl`;

/** Of what a dump needs. `extensions` and `owners` are names as SQL has them, one a line. */
const needs = `
with extensions as (
  select distinct (parse_ident(name))[1] as name from unnest(string_to_array(:'extensions', chr(10))) as name where name <> ''),
available as (
  select e.name, v.superuser and not v.trusted as privileged
  from pg_available_extensions e join pg_available_extension_versions v on v.name = e.name and v.version = e.default_version),
owners as (
  select distinct (parse_ident(name))[1] as name from unnest(string_to_array(:'owners', chr(10))) as name where name <> '')
select 'absent=' || name from extensions where name <> 'plpgsql' and name not in (select name from available)
union all
select 'privileged=' || name from extensions join available using (name)
where name <> 'plpgsql' and privileged and not (select rolsuper from pg_roles where rolname = current_user)
union all
select 'nobody=' || name from owners where name not in (select rolname from pg_roles)
union all
select 'foreign=' || name from owners join pg_roles r on r.rolname = owners.name
where not pg_has_role(r.oid, 'member')
order by 1;
`;

/** In the place of the file with the properties: it is brought with the dump, later. */
export const toCome = 'to come';

/**
 * What speaks for and against a restore, before anything is done. Changes nothing. Arguments: those of the connection, kind
 * and value of the database, WAY (`beside` or `in-place`), FILE, what it is (`gzip`, `plain` or `folder`), and the file
 * with the properties of its database; FILE is empty when it is not there yet, and that file is `to come` when it follows.
 *
 * Says what `judge-restore.ts` reads, and `end`.
 */
export const prepareScript = `
${preamble}
${formats}
${toDatabase}
trap 'exit 143' TERM HUP INT
way=$1 file=$2 packing=$3 properties_file=$4 key= restricts=
${managing}
${dumpText}
${findProperties}
for tool in psql pg_dump awk sha256sum; do
  command -v "$tool" >/dev/null 2>&1 || refuse "there is no $tool in the container"
done
client=$(psql --version)
say "client=\${client##*PostgreSQL) }"
if [ -n "$maintenance" ]; then
  say "maintenance=$maintenance"
  said=$(say ${shellWord(facts)} | manage) || refuse "the server could not be asked about database '$target'"
  say "$said"
  case $said in *folder=*)
    folder=\${said##*folder=}
    folder=\${folder%%
*}
    [ ! -d "$folder" ] || say "space=$(df -P -k "$folder" | tail -n 1)"
    ;;
  esac
fi
if [ -n "$file" ]; then
  case $packing in folder | archive) command -v pg_restore >/dev/null 2>&1 || refuse "there is no pg_restore in the container, which a dump like this needs" ;; esac
  unpack() {
    case $packing in
      folder | archive) pg_restore --clean --if-exists --schema-only --file=- -- "$file" ;;
      *) expand "$packing" <"$file" ;;
    esac
  }
  # Its end is not read, which breaks the pipe: that must be no signal, see the dump's script.
  scanned=$(trap '' PIPE; { unpack 2>/dev/null || :; } | read_text scan)
  say "$scanned"
  take() { say "$scanned" | while IFS= read -r line; do case $line in "$1="*) say "\${line#*=}" ;; esac; done; }
  if [ -n "$maintenance" ]; then
    say ${shellWord(needs)} | manage --set extensions="$(take extension)" --set owners="$(take owner)" || refuse "what the dump needs could not be asked of the server"
  fi
fi
if [ -n "$maintenance" ] && [ "$way" = beside ] && [ "$properties_file" != '${toCome}' ]; then
  find_properties "$properties_file"
  say "origin=$origin"
  # As a whole, and taken back: only the server knows whether this user may do all of it. Not of a database that is lost.
  denied=
  case $said in *owner=*)
    denied=$({ say 'begin; set local lock_timeout = 10000; set client_min_messages = warning;'; give_properties; say 'rollback;'; } | manage 2>&1 >/dev/null) || :
    ;;
  esac
  [ -z "$denied" ] || say "denied=$(say "$denied" | tr '\\n' ' ')"
fi
if [ "$way" = in-place ]; then ask ${shellWord(ofPlace)} 2>/dev/null || :; fi
say "user=$PGUSER"
echo end
`;
