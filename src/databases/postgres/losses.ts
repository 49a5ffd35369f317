import type { Lack } from './rights.ts';

/**
 * Kinds and names of what pg_dump leaves out, or writes so that it cannot be restored as it is, in the shape of the question
 * about rights. All are rows of catalogues: no lock of a table is waited for.
 *
 * - member: tables that were given to an extension after they were made, so not by its script, which would make them again. Its
 *   column `ctid` is as old as a table.
 * - trigger: keys whose inner triggers are off; the dump knows those alone that have a name.
 * - passed: rights passed on by a role that cannot reach the object any more, in whose name they would be given.
 * - domain: constraints that are not validated, which `--clean` drops without a look whether the domain is there.
 * - missing: the schema that every new database has.
 * - index: what CREATE INDEX CONCURRENTLY has left, or is at work on.
 */
export const losses = `
    select 'member', format('%I.%I (%s)', n.nspname, c.relname, e.extname)
    from pg_catalog.pg_depend d join pg_catalog.pg_extension e on d.refobjid = e.oid
    join pg_catalog.pg_class c on d.objid = c.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'ctid'
    where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.classid = 'pg_catalog.pg_class'::regclass
      and d.deptype = 'e' and c.relkind in ('r', 'p') and (c.oid = any (e.extconfig)) is not true and a.xmin <> d.xmin
    union all
    select distinct 'trigger', format('%I of %I.%I', k.conname, n.nspname, c.relname)
    from pg_catalog.pg_trigger t join pg_catalog.pg_constraint k on k.oid = t.tgconstraint
    join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where t.tgisinternal and t.tgenabled <> 'O'
    union all
    select 'system', format('%I.%I', n.nspname, o.name)
    from (select 'pg_catalog.pg_class'::regclass as class, oid, relnamespace as schema, relname as name
          from pg_catalog.pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c')
          union all select 'pg_catalog.pg_proc'::regclass, oid, pronamespace, proname from pg_catalog.pg_proc
          union all select 'pg_catalog.pg_type'::regclass, oid, typnamespace, typname from pg_catalog.pg_type where typtype in ('d', 'e', 'r')) o
    join pg_catalog.pg_namespace n on n.oid = o.schema
    where o.oid >= 16384 and (n.nspname = 'information_schema' or n.nspname ~ '^pg_(?!temp|toast)')
      and not exists (select from pg_catalog.pg_depend d where d.classid = o.class and d.objid = o.oid and d.deptype in ('e', 'i'))
    union all
    select distinct 'passed', format('%I.%I', n.nspname, o.name)
    from (select relnamespace as schema, relname as name, relowner as owner, relacl as acl from pg_catalog.pg_class
          union all select c.relnamespace, c.relname, c.relowner, a.attacl
          from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
          union all select pronamespace, proname, proowner, proacl from pg_catalog.pg_proc
          union all select typnamespace, typname, typowner, typacl from pg_catalog.pg_type) o
    join pg_catalog.pg_namespace n on n.oid = o.schema, aclexplode(o.acl) as a
    where o.acl is not null and a.grantor <> o.owner and not has_schema_privilege(a.grantor, o.schema, 'usage')
    union all
    select 'domain', format('%I of %I.%I', k.conname, n.nspname, t.typname)
    from pg_catalog.pg_constraint k join pg_catalog.pg_type t on t.oid = k.contypid
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where not k.convalidated
    union all
    select 'index', format('%I.%I', n.nspname, c.relname)
    from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where not i.indisvalid and t.relkind <> 'p' and n.nspname !~ '^pg_'
    union all
    select 'missing', 'public' where not exists (select from pg_catalog.pg_namespace where nspname = 'public')
    union all
    select 'version', e.extname || ' ' || e.extversion
    from pg_catalog.pg_extension e join pg_catalog.pg_available_extensions v on v.name = e.extname
    where v.default_version <> e.extversion`;

/** Of these: as they are in its name, what becomes of them, and what to do. */
const sentences: Readonly<Record<string, (isOne: boolean, what: string) => string>> = {
  member: (isOne, what) =>
    `The rows of table${isOne ? '' : 's'} ${what} are not dumped, as ${isOne ? 'it was' : 'they were'} given to an extension; take ${isOne ? 'it' : 'them'} out of it (alter extension ... drop table ...)`,
  trigger: (isOne, what) =>
    `The triggers of ${isOne ? 'constraint' : 'constraints'} ${what} are switched off, and a restore switches them on: it fails if rows break ${isOne ? 'it' : 'one'}; switch them on (alter table ... enable trigger all), or drop ${isOne ? 'it' : 'them'}`,
  system: (isOne, what) =>
    `${what} ${isOne ? 'is' : 'are'} not dumped, as nothing in a schema of the system is; make ${isOne ? 'it' : 'them'} anew in a schema of your own`,
  passed: (isOne, what) =>
    `Rights on ${what} were passed on by a role that may not use the schema any more, so a restore ends where it gives them; grant that role USAGE on the schema, or revoke the rights`,
  domain: (isOne, what) =>
    `A restore by hand ends at ${isOne ? 'constraint' : 'constraints'} ${what}, as a domain without validation is dropped that is not there yet; validate ${isOne ? 'it' : 'them'} (alter domain ... validate constraint ...), or restore with backup-ns`,
  index: (isOne, what) =>
    `${isOne ? 'Index' : 'Indexes'} ${what} ${isOne ? 'is' : 'are'} not valid, and not dumped; rebuild ${isOne ? 'it' : 'them'} (reindex index ...), or drop ${isOne ? 'it' : 'them'}`,
  missing: (_, what) =>
    `Schema ${what} is not there, and will be after a restore, as every new database has it; drop it then, if it matters`,
  version: (isOne, what) =>
    `${isOne ? 'Extension' : 'Extensions'} ${what} will come back in another version, the one that the server makes by itself; update ${isOne ? 'it' : 'them'} (alter extension ... update)`,
};

/** What is otherwise after a restore, or keeps it from its end; one sentence each. */
export function lossWarnings(lacks: readonly Lack[]): string[] {
  return lacks.flatMap(({ kind, isOne, what }) => sentences[kind]?.(isOne, what) ?? []);
}
