import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSettings } from '../src/backup/settings/create.ts';
import { defaultWords } from '../src/settings/flags.ts';
import { markAndDeleteSettings } from '../src/retention/mark-and-delete/settings.ts';
import { retainSettings } from '../src/retention/retain/settings.ts';
import type { SettingsTable } from '../src/settings/schema.ts';
import { fileVariable, flagName, type Setting } from '../src/settings/setting.ts';
import { syncMetadataSettings } from '../src/orphans/sync-metadata-settings.ts';

/** docs/settings.md, made from the tables of settings; `npm run docs` writes it, a test holds it to the tables. */
export function settingsPage(): string {
  const sections = [
    section('create', createSettings.table),
    section('retain', retainSettings.table),
    section('mark-and-delete', markAndDeleteSettings.table),
    section('sync-metadata', syncMetadataSettings.table),
  ];
  return `# Settings

Every setting is a variable of the environment, and a flag of the same name; a flag wins. All problems are reported
at once, with exit code 2, and so is a \`BAK_*\`, \`RETAIN_*\`, \`MARK_AND_DELETE_*\` or \`SYNC_METADATA_*\` variable
that is not a setting. \`backup-ns env create\` prints the settings in force for \`create\` and where each comes from,
secrets masked; so does \`env\` of the other commands below.

${sections.join('\n')}`;
}

function section(command: string, table: SettingsTable): string {
  const variables = Object.values(table).filter(({ place }) => place === 'variable');
  const rows = variables.map((setting: Setting<unknown>) => {
    const { name, description, isSecret } = setting;
    const file = isSecret ? `, or a file in \`${fileVariable(name)}\`` : '';
    return `| \`${name}\` | \`--${flagName(name)}\` | ${escaped(`${description}${defaultWords(setting)}`)}${file} |`;
  });
  return `## ${command}

| variable | flag | what |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', 'docs', 'settings.md'), settingsPage());
