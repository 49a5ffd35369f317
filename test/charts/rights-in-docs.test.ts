import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { helm } from './helm.ts';
import { everything, rendered } from './rendered.ts';

interface Rule {
  readonly resources?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}
interface Rights {
  readonly kind: string;
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly rules: readonly Rule[];
}

const textOf = (page: string): string => readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8');

/** The rows of the first table after these words; of cells in backquotes what is in them. */
function tableAfter(page: string, words: string): string[][] {
  const [table = ''] = /\n\|[^]*?\n(?!\|)/.exec(textOf(page).split(words)[1] ?? '') ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

async function rightsOf(component: string, values: object): Promise<Rule[]> {
  const objects = (await rendered(values as Record<string, unknown>)) as unknown as Rights[];
  const own = objects.filter(
    ({ kind, metadata }) =>
      kind.endsWith('Role') && metadata.labels['app.kubernetes.io/component'] === component,
  );
  return own.flatMap(({ rules }) => rules);
}
const sorted = (lines: readonly string[]): string[] => [...new Set(lines)].toSorted();
const linesOf = (rules: readonly Rule[]): string[] =>
  sorted(
    rules.flatMap(({ resources, nonResourceURLs, verbs }) =>
      [...(resources ?? []), ...(nonResourceURLs ?? [])].map((name) => `${name}: ${verbs.join(', ')}`),
    ),
  );
/** For the event of how a run ended, in the namespace of its release: a sentence of its own. */
const ofItself = ['pods get', 'jobs get', 'events create'];
/** What several lines of a command say of one resource. */
const verbsByResource = (rules: readonly Rule[]): string[] =>
  sorted(
    rules.flatMap(({ resources = [], verbs }) =>
      resources.flatMap((name) => verbs.map((verb) => `${name} ${verb}`)),
    ),
  );

describe.skipIf(helm === undefined)('the rights in the documentation', () => {
  test('of a backup are those that the chart gives it, each with its verbs', async () => {
    const settings = { BAK_PVC_NAME: 'data', BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop' };
    const rules = await rightsOf('create', { create: { settings } });
    const rows = tableAfter('security.md', 'All rights of `create`');
    expect(sorted(rows.map(([resource = '', verbs]) => `${namesIn(resource)[0]}: ${verbs}`))).toEqual(
      linesOf(rules),
    );
    const named = rules.filter(({ resourceNames }) => resourceNames).flatMap(({ resources }) => resources);
    expect(named).toEqual(['deployments', 'leases']);
  });

  test('of the last lines of that table need a ClusterRole, and without a dump there is no exec', async () => {
    const settings = { BAK_PVC_NAME: 'data', BAK_DB_SKIP: true, BAK_VS_CLASS_NAME: 'backups' };
    const rules = await rightsOf('create', { create: { settings }, rbac: { cluster: false } });
    const rows = tableAfter('security.md', 'All rights of `create`').slice(-3);
    const ofCluster = rows.flatMap(([resource = '']) => namesIn(resource));
    expect(ofCluster).toEqual(['persistentvolumes', 'volumesnapshotclasses', '/version']);
    expect(linesOf(rules).filter((line) => line.startsWith('pods/exec'))).toEqual([]);
    expect(linesOf(rules).filter((line) => ofCluster.includes(line.split(':')[0] ?? ''))).toEqual([]);
  });

  test('of the commands for many namespaces are those that the chart gives them', async () => {
    const rows = tableAfter('chart.md', 'Where you grant rights by roles of your own');
    let command = '';
    const said = new Map<string, string[]>();
    for (const [name = '', resources = '', verbs = ''] of rows) {
      command = namesIn(name)[0] ?? command;
      const all = verbs.replace(' for contents that retain', '').split(/[,;] /);
      const lines = namesIn(resources).flatMap((resource) => all.map((verb) => `${resource} ${verb}`));
      said.set(command, [...(said.get(command) ?? []), ...lines]);
    }
    const found = new Map<string, string[]>();
    for (const name of said.keys()) {
      const lines = verbsByResource(await rightsOf(name, everything));
      expect(lines).toEqual(expect.arrayContaining(ofItself));
      found.set(
        name,
        lines.filter((line) => !ofItself.includes(line)),
      );
    }
    expect(new Map([...said].map(([name, lines]) => [name, sorted(lines)]))).toEqual(found);
  });

  test('that no account has are given to none', async () => {
    const components = ['create', 'retain', 'mark-and-delete', 'sync-metadata'];
    const all = new Map<string, string[]>();
    for (const name of components) all.set(name, verbsByResource(await rightsOf(name, everything)));
    const those = (pattern: RegExp) =>
      components.filter((name) => all.get(name)!.some((line) => pattern.test(line)));
    expect(all.get('create')!.length).toBeGreaterThan(5);
    expect({
      secrets: those(/^secrets|^\*|\*$/),
      exec: those(/^pods\/exec/),
      deleting: those(/ delete/),
      creating: those(/(?<!^events) create$/),
    }).toEqual({ secrets: [], exec: [], deleting: ['mark-and-delete'], creating: ['create'] });
  });
});
