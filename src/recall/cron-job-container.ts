import { createSettings } from '../backup/settings/create.ts';
import { isRecord, recordsIn, type KubeObject } from '../kube/object.ts';
import type { Setting } from '../settings/setting.ts';
import { commandLineOf, literal, type CommandLine } from './command-line.ts';

const { table } = createSettings;

/** Of what a tenant writes into a manifest, this many containers and words are looked at. */
const maximum = { containers: 20, variables: 1000, words: 200, wordLength: 4096 };

/** Not in the manifest, but in what it refers to. */
export const elsewhere = Symbol('elsewhere');
export type Text = string | typeof elsewhere | undefined;

/** The container of a manifest that runs `create` of this tool. */
export interface BackupContainer {
  readonly image: string;
  readonly words: readonly string[];
  readonly line: CommandLine;
  /** By name, as the pod has them. */
  readonly variables: ReadonlyMap<string, Text>;
  /** Some variables are not in the manifest. */
  readonly takesMore: boolean;
  /** Each of its variables, in their order, and what it takes all variables of. */
  readonly env: readonly Record<string, unknown>[];
  readonly envFrom: readonly Record<string, unknown>[];
  /** `imagePullPolicy`, for example. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Undefined for a CronJob that does not run `create` of this tool. It need not come from the chart: what counts is the
 * command, and that the image, a label or a setting is ours.
 */
export function backupContainer({ metadata, spec }: KubeObject): BackupContainer | undefined {
  const { containers } = podSpecOf(spec);
  const found = recordsIn(containers, maximum.containers)
    .map((fields) => containerOf(fields, metadata.namespace))
    .find((one) => isBackup(one, metadata.labels));
  if (!found) return undefined;
  const { command, args } = found.fields;
  const isCut = [command, args].some((list) => Array.isArray(list) && list.length > maximum.words);
  return { ...found, line: commandLineOf(found.words, isCut) };
}

/** Of the pods that a CronJob makes. */
export function podSpecOf(spec: unknown): Readonly<Record<string, unknown>> {
  const template = inside(spec, 'jobTemplate', 'spec', 'template', 'spec');
  return isRecord(template) ? template : {};
}

function containerOf(
  fields: Record<string, unknown>,
  namespace: string | undefined,
): Omit<BackupContainer, 'line'> {
  const env = recordsIn(fields['env'], maximum.variables);
  const envFrom = recordsIn(fields['envFrom'], maximum.containers);
  return {
    image: textOf(fields['image']),
    words: [...textsIn(fields['command']), ...textsIn(fields['args'])],
    variables: new Map(
      env.map((entry): [string, Text] => [textOf(entry['name']), valueOf(entry, namespace)]),
    ),
    takesMore:
      envFrom.length > 0 || (Array.isArray(fields['env']) && fields['env'].length > maximum.variables),
    env,
    envFrom,
    fields,
  };
}

/** Of a variable. Its own namespace is the one thing that a pod is told of itself and that is known here. */
function valueOf(entry: Record<string, unknown>, namespace: string | undefined): Text {
  const from = entry['valueFrom'];
  if (from === undefined || from === null) return literal(textOf(entry['value'])) ?? elsewhere;
  const isNamespace = inside(from, 'fieldRef', 'fieldPath') === 'metadata.namespace';
  return (isNamespace ? namespace : undefined) ?? elsewhere;
}

function isBackup(
  { image, words, variables }: Omit<BackupContainer, 'line'>,
  labels: Record<string, string> = {},
): boolean {
  if (!words.some((word) => word === 'create' || word.includes('backup-ns create'))) return false;
  const path = image.split('@')[0]?.split('/').at(-1) ?? '';
  return (
    path.split(':')[0] === 'backup-ns' ||
    labels['app.kubernetes.io/name'] === 'backup-ns' ||
    Object.values(table).some(
      ({ name, place }) => place === 'variable' && name !== table.timeZone.name && variables.has(name),
    )
  );
}

/** The text of a setting: its flag, its variable, or its default. An empty variable is unset. */
export function textsGiven({
  line,
  variables,
  takesMore,
}: BackupContainer): (setting: Setting<unknown>) => Text {
  return (setting) => {
    const { name, fallback } = setting;
    const flag = line.flags[name];
    if (flag !== undefined) return (line.hasReferences ? literal(flag) : flag) ?? elsewhere;
    if (line.mentions(setting)) return elsewhere;
    const variable = variables.get(name);
    if (variable !== undefined && variable !== '') return variable;
    if (line.isUnknown || (takesMore && variable === undefined)) return elsewhere;
    return typeof fallback === 'string' ? fallback : undefined;
  };
}

export function inside(value: unknown, ...keys: readonly string[]): unknown {
  let inner = value;
  for (const key of keys) inner = isRecord(inner) ? inner[key] : undefined;
  return inner;
}

function textsIn(list: unknown): readonly string[] {
  return Array.isArray(list)
    ? list.slice(0, maximum.words).map((word) => textOf(word).slice(0, maximum.wordLength))
    : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
