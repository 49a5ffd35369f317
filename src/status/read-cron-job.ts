import { createSettings } from '../backup/settings/create.ts';
import { engines } from '../databases/engines.ts';
import { isRecord, type KubeObject } from '../kube/object.ts';
import { effectiveSettings } from '../settings/read.ts';
import { flagName, type Setting } from '../settings/setting.ts';
import type { BackupCronJob } from './facts.ts';

const { table } = createSettings;

/** Of what a tenant writes into a manifest, this many containers and words are looked at. */
const maximum = { containers: 20, words: 200, wordLength: 4096 };

/** What a pod can only know of itself, and what nothing is wrong with. */
const ofThePod = new Set([table.labelPod.name, table.namespace.name]);

/** Not in the manifest, but in what it refers to. */
const elsewhere = Symbol('elsewhere');
type Text = string | typeof elsewhere | undefined;

/**
 * Undefined for a CronJob that does not run `create` of this tool. It need not come from the chart: what counts is the
 * command, and that the image, a label or a setting is ours.
 */
export function readCronJob(object: KubeObject, knownNames: ReadonlySet<string>): BackupCronJob | undefined {
  const { metadata, spec, status } = object;
  const { name, namespace, uid, creationTimestamp } = metadata;
  const container = containersOf(spec).find((one) => isBackup(one, metadata.labels));
  if (!container || !isRecord(spec) || !name || !namespace || !uid) return undefined;
  const given = givenIn(container);
  const pvcs = parsed(table.pvcs, given(table.pvcs));
  const lastScheduledAt = Date.parse(textOf(isRecord(status) ? status['lastScheduleTime'] : undefined));
  return {
    namespace,
    name,
    uid,
    madeAt: Date.parse(creationTimestamp ?? ''),
    schedule: textOf(spec['schedule']),
    timeZone: textOf(spec['timeZone']) || 'UTC',
    isSuspended: spec['suspend'] === true,
    ...(!Number.isNaN(lastScheduledAt) && { lastScheduledAt }),
    target: parsed(table.namespace, given(table.namespace)) ?? namespace,
    pvcs,
    dumps: engines.some(({ wanted }) => isTrue(given(wanted))),
    isDryRun: isTrue(given(table.dryRun)),
    mistakes: mistakesIn(container, knownNames),
  };
}

interface Container {
  readonly image: string;
  readonly words: readonly string[];
  /** By name. */
  readonly variables: ReadonlyMap<string, Text>;
  /** Some variables are not in the manifest. */
  readonly takesMore: boolean;
}

function containersOf(spec: unknown): Container[] {
  const template = inside(spec, 'jobTemplate', 'spec', 'template', 'spec');
  return recordsIn(isRecord(template) ? template['containers'] : undefined, maximum.containers).map(
    (one) => ({
      image: textOf(one['image']),
      words: [...textsIn(one['command']), ...textsIn(one['args'])],
      variables: new Map(
        recordsIn(one['env'], 1000).map((entry): [string, Text] => [
          textOf(entry['name']),
          entry['valueFrom'] === undefined ? textOf(entry['value']) : elsewhere,
        ]),
      ),
      takesMore: recordsIn(one['envFrom'], 1).length > 0,
    }),
  );
}

function isBackup({ image, words, variables }: Container, labels: Record<string, string> = {}): boolean {
  if (!words.some((word) => word === 'create' || word.includes('backup-ns create'))) return false;
  const path = image.split('@')[0]?.split('/').at(-1) ?? '';
  return (
    path.split(':')[0] === 'backup-ns' ||
    labels['app.kubernetes.io/name'] === 'backup-ns' ||
    Object.values(table).some(({ name }) => name !== table.timeZone.name && variables.has(name))
  );
}

/** The text of a setting: its flag, its variable, or its default. */
function givenIn({ words, variables, takesMore }: Container): (setting: Setting<unknown>) => Text {
  const flags = flagsIn(words);
  return ({ name, fallback }) => {
    const text = flags[name] ?? variables.get(name);
    if (text === elsewhere || (typeof text === 'string' && text.includes('$('))) return elsewhere;
    if (text) return text;
    if (takesMore) return elsewhere;
    return typeof fallback === 'string' ? fallback : undefined;
  };
}

function flagsIn(words: readonly string[]): Record<string, string> {
  const flags: Record<string, string> = {};
  for (const setting of Object.values(table)) {
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

function parsed<Value>({ format }: Setting<Value>, text: Text): Value | undefined {
  if (typeof text !== 'string') return undefined;
  const result = format.parse(text);
  return 'value' in result ? result.value : undefined;
}

function isTrue(text: Text): boolean {
  return parsed(table.dryRun, text) === true;
}

/** Secrets and files are not ours to read; where a variable comes from elsewhere, nobody knows here what is wrong. */
function mistakesIn(
  { words, variables, takesMore }: Container,
  knownNames: ReadonlySet<string>,
): readonly string[] {
  const secrets = new Set(Object.values(table).flatMap(({ name, isSecret }) => (isSecret ? [name] : [])));
  const environment: Record<string, string> = {};
  for (const [name, text] of variables) {
    const isFile = name.endsWith('_FILE') && secrets.has(name.slice(0, -'_FILE'.length));
    if (isFile || secrets.has(name) || ofThePod.has(name)) continue;
    if (typeof text !== 'string' || text.includes('$(')) return [];
    environment[name] = text;
  }
  if (takesMore) return [];
  const sources = {
    environment,
    flags: withoutSecrets(flagsIn(words), secrets),
    machine: { cpus: 1 },
    knownNames,
  };
  return effectiveSettings(createSettings, sources).problems;
}

function withoutSecrets(flags: Record<string, string>, secrets: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !secrets.has(name)));
}

function inside(value: unknown, ...keys: readonly string[]): unknown {
  let inner = value;
  for (const key of keys) inner = isRecord(inner) ? inner[key] : undefined;
  return inner;
}

function recordsIn(list: unknown, most: number): readonly Record<string, unknown>[] {
  return Array.isArray(list) ? list.slice(0, most).filter(isRecord) : [];
}

function textsIn(list: unknown): readonly string[] {
  return Array.isArray(list)
    ? list.slice(0, maximum.words).map((word) => textOf(word).slice(0, maximum.wordLength))
    : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
