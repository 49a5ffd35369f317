import { load } from 'js-yaml';
import { sections } from './schema-of-value.ts';
import { valuesText } from './defaults.ts';
import { valuesWords } from './values-words.ts';

/** README.md of the chart: every value of values.yaml with its default and its words. */
export function chartReadme(): string {
  const defaults = load(valuesText) as Record<string, Record<string, unknown> | undefined>;
  const rows = valuesWords(valuesText).map(({ path, words }) => {
    const [section = '', name] = path.split('.');
    const value: unknown = name === undefined ? defaults[section] : defaults[section]?.[name];
    return `| \`${path}\` | \`${JSON.stringify(value)}\` | ${words.replaceAll('|', String.raw`\|`)} |`;
  });
  return `# The chart of backup-ns

CronJobs that back up the namespace of a release, and one release that keeps and deletes the snapshots of a cluster.
[The chart](../../docs/chart.md) says what it grants and needs, and [getting started](../../docs/getting-started.md) installs it.

<!-- run: cluster -->
\`\`\`sh
helm install backup charts/backup-ns --namespace shop \\
  --set create.settings.BAK_PVC_NAME=shop-data \\
  --set create.settings.BAK_DB_POSTGRES_EXEC_RESOURCE=deployment/shop
helm test backup --namespace shop --logs
\`\`\`

The test checks what a backup stands on, as its account, and changes nothing.

## Values

What is said wins, whatever its value: \`false\`, \`0\` and \`""\` are values. A section or a value that is null has its default; a
setting that is null is left out.

| value | default | what |
| --- | --- | --- |
${rows.join('\n')}
`;
}

/** The values that have no words, for the test that there are none. */
export function valuesWithoutWords(): string[] {
  const defaults = load(valuesText) as Record<string, object>;
  const paths = Object.entries(defaults).flatMap(([name, value]) =>
    sections.has(name) ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name],
  );
  const said = new Set(valuesWords(valuesText).map(({ path }) => path));
  return paths.filter((path) => !said.has(path));
}
