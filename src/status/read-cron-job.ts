import { createSettings } from '../backup/settings/create.ts';
import { engines } from '../databases/engines.ts';
import { isRecord, recordsIn, type KubeObject } from '../kube/object.ts';
import {
  backupContainer,
  elsewhere,
  flagsIn,
  textOf,
  type BackupContainer,
  type Text,
} from '../recall/cron-job-container.ts';
import { effectiveSettings } from '../settings/read.ts';
import { fileVariable, type Setting } from '../settings/setting.ts';
import type { BackupCronJob } from './facts.ts';

const { table } = createSettings;

/** What a pod can only know of itself, and what nothing is wrong with. */
const ofThePod = new Set([table.labelPod.name, table.namespace.name]);

/** One is enough to say that it runs. */
const maximumActive = 5;

const secrets = new Set(Object.values(table).flatMap(({ name, isSecret }) => (isSecret ? [name] : [])));
const secretFiles = new Set([...secrets].map(fileVariable));

/** What it names is a file of the pod. */
function isSecretFile(name: string): boolean {
  return secretFiles.has(name);
}

/**
 * Undefined for a CronJob that does not run `create` of this tool. It need not come from the chart: what counts is the
 * command, and that the image, a label or a setting is ours.
 */
export function readCronJob(object: KubeObject, knownNames: ReadonlySet<string>): BackupCronJob | undefined {
  const { metadata, spec, status } = object;
  const { name, namespace, uid, creationTimestamp } = metadata;
  const container = backupContainer(object);
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
    engines: engines.flatMap(({ name, wanted }) => (isTrue(given(wanted)) ? [name] : [])),
    isDryRun: isTrue(given(table.dryRun)),
    isExclusive: spec['concurrencyPolicy'] === 'Forbid',
    active: recordsIn(isRecord(status) ? status['active'] : undefined, maximumActive).map((one) =>
      textOf(one['name']),
    ),
    mistakes: mistakesIn(container, knownNames),
  };
}

/** What the manifest of a backup's CronJob says of its settings, and which of them stand elsewhere. */
export function givenSettings(object: KubeObject): {
  readonly environment: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string>>;
  readonly elsewhere: readonly string[];
} {
  const container = backupContainer(object);
  const environment: Record<string, string> = {};
  const elsewhereNames: string[] = container?.takesMore ? ['envFrom'] : [];
  for (const [name, text] of container?.variables ?? []) {
    if (ofThePod.has(name) && typeof text !== 'string') continue;
    if (typeof text !== 'string' || text.includes('$(') || isSecretFile(name)) elsewhereNames.push(name);
    // As the kubelet has it: two stand for one.
    else environment[name] = text.replaceAll('$$', () => '$');
  }
  return {
    environment,
    flags: flagsIn(container?.words ?? [], Object.values(table)),
    elsewhere: elsewhereNames,
  };
}

/** The text of a setting: its flag, its variable, or its default. */
function givenIn({ words, variables, takesMore }: BackupContainer): (setting: Setting<unknown>) => Text {
  const flags = flagsIn(words, Object.values(table));
  return ({ name, fallback }) => {
    const text = flags[name] ?? variables.get(name);
    if (text === elsewhere || (typeof text === 'string' && text.includes('$('))) return elsewhere;
    if (text) return text;
    if (takesMore) return elsewhere;
    return typeof fallback === 'string' ? fallback : undefined;
  };
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
  { words, variables, takesMore }: BackupContainer,
  knownNames: ReadonlySet<string>,
): readonly string[] {
  const environment: Record<string, string> = {};
  for (const [name, text] of variables) {
    if (isSecretFile(name) || secrets.has(name) || ofThePod.has(name)) continue;
    if (typeof text !== 'string' || text.includes('$(')) return [];
    environment[name] = text;
  }
  if (takesMore) return [];
  const sources = {
    environment,
    flags: withoutSecrets(flagsIn(words, Object.values(table))),
    machine: { cpus: 1 },
    knownNames,
  };
  return effectiveSettings(createSettings, sources).problems;
}

function withoutSecrets(flags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(flags).filter(([name]) => !secrets.has(name) && !isSecretFile(name)),
  );
}
