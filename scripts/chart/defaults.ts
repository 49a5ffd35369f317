import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

export const chartFolder = join(import.meta.dirname, '..', '..', 'charts', 'backup-ns');

export const valuesText = readFileSync(join(chartFolder, 'values.yaml'), 'utf8');

/** The template `_defaults.tpl`: a chart cannot read its own values.yaml, and what is null in a release is not there. */
export function defaultsTemplate(): string {
  const text = JSON.stringify(load(valuesText), undefined, 2);
  return `{{/* values.yaml, by \`npm run docs\`: for sections that are null, and values that an earlier version did not have. */}}
{{- define "backup-ns.defaults" -}}
${text}
{{- end }}
`;
}
