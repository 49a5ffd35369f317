import { createSettings } from '../backup/settings/create.ts';
import { engines } from '../databases/engines.ts';
import { isRecord, recordsIn, type KubeObject } from '../kube/object.ts';
import { literal } from '../recall/command-line.ts';
import {
  backupContainer,
  elsewhere,
  textOf,
  textsGiven,
  type BackupContainer,
  type Text,
} from '../recall/cron-job-container.ts';
import { effectiveSettings } from '../settings/read.ts';
import { fileVariable, flagName, type Setting } from '../settings/setting.ts';
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
  const given = textsGiven(container);
  const place = given(table.namespace);
  // Whatever is said of PVCs is of those of that namespace.
  const pvcs = place === elsewhere ? undefined : parsed(table.pvcs, given(table.pvcs));
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
    target: parsed(table.namespace, place) ?? namespace,
    pvcs,
    ...dumpsIn(given),
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
  /** Why `create` ends before it reads them. */
  readonly problem?: string | undefined;
} {
  const container = backupContainer(object);
  if (!container) return { environment: {}, flags: {}, elsewhere: [] };
  const { line, takesMore } = container;
  const environment = sorted([...container.variables].filter(([name, text]) => !isOfThePod(name, text)));
  const flags = sorted(flagsOf(container));
  return {
    environment: environment.here,
    flags: flags.here,
    elsewhere: [
      ...(takesMore ? ['envFrom'] : []),
      ...(line.isUnknown ? ['command'] : []),
      ...environment.elsewhere,
      ...flags.elsewhere.map((name) => `--${flagName(name)}`),
    ],
    problem: line.problem,
  };
}

/** What a pod is told of itself is never wrong. */
function isOfThePod(name: string, text: Text): boolean {
  return ofThePod.has(name) && typeof text !== 'string';
}

function flagsOf({ line: { flags, hasReferences } }: BackupContainer): readonly (readonly [string, Text])[] {
  return Object.entries(flags).map(([name, text]) => [
    name,
    (hasReferences ? literal(text) : text) ?? elsewhere,
  ]);
}

/** What is known here, and the names of the others. */
function sorted(entries: readonly (readonly [string, Text])[]) {
  const here: Record<string, string> = {};
  const others: string[] = [];
  for (const [name, text] of entries) {
    if (typeof text === 'string' && !isSecretFile(name)) here[name] = text;
    else others.push(name);
  }
  return { here, elsewhere: others };
}

function parsed<Value>({ format }: Setting<Value>, text: Text): Value | undefined {
  if (typeof text !== 'string') return undefined;
  const result = format.parse(text);
  return 'value' in result ? result.value : undefined;
}

/** Undefined where it is not in the manifest: nobody knows then, which is not the same as no. */
function isTrue(text: Text): boolean | undefined {
  return text === elsewhere ? undefined : parsed(table.dryRun, text) === true;
}

/** `create` refuses to skip what it is to dump as well. */
function dumpsIn(given: (setting: Setting<unknown>) => Text): Pick<BackupCronJob, 'engines' | 'mayDump'> {
  const wanted = engines.map(({ name, wanted: setting }) => ({ name, isWanted: isTrue(given(setting)) }));
  const sure = wanted.filter(({ isWanted }) => isWanted === true).map(({ name }) => name);
  const isOpen = sure.length === 0 && wanted.some(({ isWanted }) => isWanted === undefined);
  return { engines: sure, mayDump: isOpen && isTrue(given(table.skipDump)) !== true };
}

/** Secrets and files are not ours to read; where a variable comes from elsewhere, nobody knows here what is wrong. */
function mistakesIn(container: BackupContainer, knownNames: ReadonlySet<string>): readonly string[] {
  const { line, variables, takesMore } = container;
  if (line.problem !== undefined) return [line.problem];
  const isAsked = ([name]: readonly [string, Text]): boolean =>
    !isSecretFile(name) && !secrets.has(name) && !ofThePod.has(name);
  const environment = sorted([...variables].filter(isAsked));
  const flags = sorted(flagsOf(container).filter(isAsked));
  if (takesMore || line.isUnknown || environment.elsewhere.length + flags.elsewhere.length > 0) return [];
  const sources = { environment: environment.here, flags: flags.here, machine: { cpus: 1 }, knownNames };
  return effectiveSettings(createSettings, sources).problems;
}
