import { always, type Gap } from './gaps.ts';

/** Of PostgreSQL. */
export const postgresGaps: readonly Gap[] = [
  {
    of: 'shop',
    isFor: ({ version }) => version < 1500,
    ends: always(
      /^- comment schema public: it's public/,
      /^\+ comment schema public: standard public schema/,
    ),
    documented: 'the comment of the schema `public`, before version 15',
  },
  // Its own setting makes another role of whoever connects.
  { of: 'as_other', dump: /may not read|permission denied/ },
  {
    of: 'without_public',
    ends: always(/schema public|rights on schema/),
    warned: /Schema public of database 'without_public' .* is not there, and will be after a restore/,
  },
  {
    of: 'a constraint of a domain that is not validated',
    ends: { 'by hand': [/type "public.late" does not exist/] },
    warned: /A restore by hand ends at constraint not_yet of public\.late /,
  },
  {
    of: 'a right that was passed on by one who may not use the schema any more',
    ends: always(/permission denied for schema closed/),
    warned: /Rights on closed\.passed_on /,
  },
  {
    of: 'a foreign key whose triggers are off',
    ends: always(/^- inner triggers public.all_off/, /^\+ inner triggers public.all_off/),
    warned: /The triggers of constraint all_off_a_fkey of public\.all_off /,
  },
  {
    of: 'rows that break a foreign key whose triggers are off',
    ends: always(/violates foreign key constraint/),
    warned: /The triggers of constraint all_off_a_fkey of public\.all_off /,
  },
  {
    of: 'a comment on a multirange',
    ends: always(/^- comment type public.many_days/),
    documented: 'comments on objects of the system and on multirange types',
  },
  {
    of: 'a table that was given to an extension',
    ends: always(/public.becomes_member/),
    warned: /The rows of table public\.becomes_member \(ltree\) .* are not dumped/,
  },
  {
    of: 'a collation that was copied from that of another encoding',
    ends: always(/^- collation collation public.copied/, /^\+ collation collation public.copied/),
    documented: 'whether a collation was copied from one of another encoding',
  },
  {
    of: 'a materialized view that relies on search_path',
    ends: always(/relation "secret" does not exist/),
    documented: '`postgres restore --search-path`',
  },
  {
    of: 'comments on objects of the system',
    ends: always(/^- comment cast \(integer AS bigint\)/, /^- comment function pg_catalog.abs/),
    documented: 'comments on objects of the system',
  },
  {
    of: 'a materialized view that is older than its table',
    ends: always(/^- rows public.mat:/, /^\+ rows public.mat:/),
    documented: 'a materialized view is filled anew from its tables',
  },
  {
    of: 'an extension of an older version',
    ends: always(/citext/),
    warned: /Extension citext 1\.5 .* will come back in another version/,
  },
  {
    of: 'an extension that another superuser owns',
    ends: always(/hstore|owner/),
    documented: 'an extension belongs to whoever restores it',
  },
  {
    of: 'a check that looks into another table',
    ends: always(/violates check constraint "a_looks_a_check"/),
    documented: 'that looks into another table',
  },
  {
    of: 'an index over a function that relies on search_path',
    ends: always(/function inner_\(integer\) does not exist/),
    documented: '`postgres restore --search-path`',
  },
  {
    of: 'objects of ours in schemas of the system',
    ends: always(/^- of ours in a schema of the system/),
    warned: /information_schema\.ours, pg_catalog\.ours .* are not dumped/,
  },
  {
    of: 'an index that is not valid',
    ends: always(/not_valid/),
    warned: /Index public\.not_valid .* is not valid, and not dumped/,
  },
  {
    of: 'rows of a table that inherits, with columns in another order',
    ends: always(/public.heir/),
    documented: 'the order of columns of a table that inherits',
  },
  {
    of: 'rights on types and languages of the server',
    ends: always(/^- rights on language sql/),
    documented: 'rights on its languages',
  },
];
