import { always, type Gap } from './gaps.ts';

const properties = /^[-+] (?:comment of the database|database itself|setting of the database)/;
const dumped = 'what a database has as a whole is dumped beside it';
const isRead = 'a dump is read as SQL, with its strings, comments and bodies';
const encoding = 'the encoding of our questions does not reach the tool';
const roles = 'roles are dumped by way of a database whose encoding they are in';
const ofRoles = /^[-+] (?:comment of role|role|member|setting of role|parameter) /;
const settings = 'our questions depend on no setting';
/** In place, what is created anew gets the rights that are the default by now, beside those of the dump. */
const inPlace =
  /connects to a database by itself|cannot drop inherited constraint|^[-+] rights on |^[-+] comment pg_subscription/;
const either = (...parts: RegExp[]) => new RegExp(parts.map(({ source }) => source).join('|'));

/** Of PostgreSQL. The first are those of whole databases. */
export const postgresGaps: readonly Gap[] = [
  { of: 'shop', ends: always(either(properties, inPlace)), todo: `${dumped}; ${isRead}; restored beside` },
  { of: 'o\'dd "na=me" \\ 🐘 $(id) %s', ends: always(either(properties, inPlace)), todo: dumped },
  {
    of: 'settings',
    dump: /invalid byte sequence for encoding "UTF8": 0x00|has no equivalent in encoding "LATIN1"/,
    ends: always(either(properties, inPlace)),
    todo: `${settings}, and the tool gets the encoding of the database, not that of its setting`,
  },
  { of: 'of_ascii', dump: /invalid byte sequence for encoding/, todo: encoding },
  {
    of: 'of_win1252',
    dump: /has no equivalent in encoding "UTF8"/,
    ends: { 'by hand': ofRoles },
    todo: `${encoding}; ${roles}`,
  },
  { of: 'of_latin1', ends: { 'by hand': ofRoles }, todo: roles },
  {
    of: 'of_euc_jp',
    dump: /invalid byte sequence for encoding "EUC_JP"/,
    ends: { 'by hand': ofRoles },
    todo: `${encoding}; ${roles}`,
  },
  {
    of: 'read_only',
    ends: always(either(properties, /read-only transaction/)),
    todo: `${dumped}; a restore in place is not of the database's own mode`,
  },
  { of: 'impatient', dump: /statement timeout|lock timeout/, ends: always(properties), todo: settings },
  { of: 'as_other', dump: /may not read|permission denied/, ends: always(properties), todo: settings },
  { of: 'template', ends: always(properties), todo: dumped },
  {
    of: 'of_tables',
    ends: { 'restore over what is there': /max_locks_per_transaction/ },
    todo: 'a restore holds no locks of thousands of tables in one transaction',
  },
  {
    of: 'without_public',
    ends: always(/schema public|rights on schema/),
    todo: 'the schema public is dropped where the dump has none',
  },
  {
    of: 'a constraint of a domain that is not validated',
    ends: always(/type "public.late" does not exist/),
    todo: 'a dump drops nothing that is not there, as ALTER DOMAIN … DROP CONSTRAINT IF EXISTS does',
  },
  {
    of: 'a right that was passed on by one who may not use the schema any more',
    ends: always(/permission denied for schema closed/),
    todo: 'the check says so',
  },
  {
    of: 'a foreign key whose triggers are off',
    ends: always(/^[-+] inner triggers public.all_off/),
    todo: 'the check says so',
  },
  {
    of: 'rows that break a foreign key whose triggers are off',
    ends: always(/violates foreign key constraint/),
    todo: 'the check says so',
  },
  {
    of: 'a comment on a multirange',
    ends: always(/^- comment type public.many_days/),
    todo: 'the documentation says so',
  },
  {
    of: 'a table that was given to an extension',
    ends: always(/public.becomes_member/),
    todo: 'the check says so: all of its rows are lost',
  },
  {
    of: 'a collation that was copied from that of another encoding',
    ends: always(/^[-+] collation collation public.copied/),
  },
  {
    of: 'a materialized view that relies on search_path',
    ends: always(/relation "secret" does not exist/),
    todo: 'restore --search-path; the documentation says so',
  },
  {
    of: 'comments on objects of the system',
    ends: always(/^- comment (?:cast \(integer AS bigint\)|function pg_catalog.abs)/),
    todo: 'the documentation says so',
  },
  { of: 'a materialized view that is older than its table', ends: always(/^[-+] rows public.mat:/) },
  { of: 'an extension of an older version', ends: always(/citext/), todo: 'the documentation says so' },
  {
    of: 'an extension that another superuser owns',
    ends: always(/hstore|owner/),
    todo: 'the documentation says so',
  },
  {
    of: 'a check that looks into another table',
    ends: always(/violates check constraint "a_looks_a_check"/),
    todo: 'the documentation says so',
  },
  {
    of: 'an index over a function that relies on search_path',
    ends: always(/function inner_\(integer\) does not exist/),
    todo: 'restore --search-path; the documentation says so',
  },
  {
    of: 'objects of ours in schemas of the system',
    ends: always(/^- of ours in a schema of the system/),
    todo: 'the check says so',
  },
  { of: 'an index that is not valid', ends: always(/not_valid/) },
  {
    of: 'rows of a table that inherits, with columns in another order',
    ends: always(/public.heir/),
    todo: 'the documentation says so',
  },
  {
    of: 'rights on types and languages of the server',
    ends: always(/^- rights on language sql/),
    todo: 'the documentation says so',
  },
];
