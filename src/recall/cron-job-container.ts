import { createSettings } from '../backup/settings/create.ts';
import { isRecord, recordsIn, type KubeObject } from '../kube/object.ts';
import { flagName, type Setting } from '../settings/setting.ts';

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
  /** By name, as the manifest has them. */
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
  return recordsIn(containers, maximum.containers)
    .map(containerOf)
    .find((one) => isBackup(one, metadata.labels));
}

/** Of the pods that a CronJob makes. */
export function podSpecOf(spec: unknown): Readonly<Record<string, unknown>> {
  const template = inside(spec, 'jobTemplate', 'spec', 'template', 'spec');
  return isRecord(template) ? template : {};
}

function containerOf(fields: Record<string, unknown>): BackupContainer {
  const env = recordsIn(fields['env'], maximum.variables);
  const envFrom = recordsIn(fields['envFrom'], maximum.containers);
  return {
    image: textOf(fields['image']),
    words: [...textsIn(fields['command']), ...textsIn(fields['args'])],
    variables: new Map(
      env.map((entry): [string, Text] => [
        textOf(entry['name']),
        entry['valueFrom'] === undefined ? textOf(entry['value']) : elsewhere,
      ]),
    ),
    takesMore: envFrom.length > 0,
    env,
    envFrom,
    fields,
  };
}

function isBackup(
  { image, words, variables }: BackupContainer,
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

/** What the words say of these settings, by their names. */
export function flagsIn(
  words: readonly string[],
  settings: Iterable<Pick<Setting<unknown>, 'name'>>,
): Record<string, string> {
  const flags: Record<string, string> = {};
  for (const setting of settings) {
    const flag = `--${flagName(setting.name)}`;
    const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
    if (at === -1) continue;
    const word = words[at] ?? '';
    const next = words[at + 1];
    flags[setting.name] = word.includes('=')
      ? word.slice(flag.length + 1)
      : next?.startsWith('-') === false
        ? next
        : 'true';
  }
  return flags;
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
