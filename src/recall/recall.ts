import { UserError } from '../core/errors.ts';
import { shown } from '../core/quoted.ts';
import { withoutSecrets } from '../core/without-secrets.ts';
import { keyOf, type Engine } from '../databases/engine.ts';
import { explainFailure } from '../kube/explain-failure.ts';
import { hasStatus } from '../kube/error.ts';
import type { KubeObject } from '../kube/object.ts';
import { cronJobs } from '../kube/resources.ts';
import { flagName, type Setting } from '../settings/setting.ts';
import { settingNames } from '../settings/setting-name.ts';
import type { Remembered } from '../settings/sources.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { askSnapshot, type Answer } from './ask-snapshot.ts';
import { confirmRecorded, type Person } from './confirm-recorded.ts';
import { readCronJobSettings, type CronJobSettings } from './cron-job-settings.ts';

/** Whose settings are looked for. */
export interface RecallWish {
  readonly namespace: string;
  /** The snapshot whose dump is meant, if it is one. */
  readonly snapshot: string | undefined;
  /** The CronJob that a person has chosen. */
  readonly cronJob: string | undefined;
  /** Those that nobody gives: nothing else is asked for. */
  readonly missing: readonly Setting<unknown>[];
  /** Who is asked about what only the snapshot says; undefined where nobody can be. */
  readonly person: Person | undefined;
}

/**
 * What the namespace knows of the settings of a database: those of its CronJob, or where there is none, those that a backup has
 * recorded on its snapshot, if a person says that they are right. Says in one line what was taken from where. Throws UserError 'settings'
 * when several CronJobs say different things or nobody can be asked, 'cancelled' when they are not right, and 'preflight' when there is
 * no such snapshot.
 */
export async function recall(
  engine: Engine,
  wish: RecallWish,
  context: SnapshotContext,
): Promise<ReadonlyMap<string, Remembered>> {
  const { snapshot } = wish;
  const ofSnapshot = snapshot === undefined ? undefined : await askSnapshot(engine, wish, snapshot, context);
  const ofCronJob = await askCronJobs(engine, wish, context, () => {
    if (ofSnapshot === undefined && isPlaceMissing(engine, wish.missing))
      context.log.warn(
        { namespace: wish.namespace },
        `no CronJob of backup-ns in namespace '${wish.namespace}' is known to dump ${engine.title}; what is not given here has its default`,
      );
  });
  return told(ofCronJob ?? (await confirmRecorded(ofSnapshot, wish)), wish, context);
}

async function askCronJobs(
  engine: Engine,
  { namespace, cronJob, missing }: RecallWish,
  context: SnapshotContext,
  onNone: () => void,
): Promise<Answer | undefined> {
  const where = `in namespace '${namespace}'`;
  const all = await explainFailure('preflight', `Looking for the CronJob ${where}`, () =>
    listCronJobs(namespace, cronJob, context),
  );
  if (!all) {
    if (isPlaceMissing(engine, missing))
      context.log.warn(
        { namespace },
        `the CronJobs ${where} may not be listed, so their settings are not known`,
      );
    return undefined;
  }
  const read = await explainFailure('preflight', `Reading the settings of the CronJob ${where}`, () =>
    Promise.all(all.map((one) => readCronJobSettings(one, engine, missing, context))),
  );
  const found = read.filter((one) => one !== undefined);
  const chosen = cronJob === undefined ? found : found.filter(({ name }) => name === cronJob);
  const [first] = chosen;
  if (!first) {
    if (cronJob === undefined) {
      onNone();
      return undefined;
    }
    const others = found.map(({ name }) => name).join(', ') || 'none';
    throw new UserError(
      'settings',
      `CronJob '${cronJob}' ${where} is none of backup-ns that dumps ${engine.title} of this namespace; those that do are: ${others}`,
    );
  }
  const differing = missing.filter((setting) => new Set(chosen.map((one) => textIn(one, setting))).size > 1);
  if (differing.length > 0) throw ambiguous(engine, chosen, differing, where);
  return { of: names(chosen), values: first.values };
}

function isPlaceMissing(engine: Engine, missing: RecallWish['missing']): boolean {
  const place = engine.settings.table[keyOf(engine.name, 'ExecResource')];
  return place !== undefined && missing.includes(place);
}

/** Undefined when they may not be listed: a person may well work without them. */
async function listCronJobs(
  namespace: string,
  cronJob: string | undefined,
  { kube, signal }: SnapshotContext,
): Promise<readonly KubeObject[] | undefined> {
  try {
    return await Array.fromAsync(kube.list(cronJobs, { namespace, signal }));
  } catch (error) {
    if (!hasStatus(error, 403) || cronJob !== undefined) throw error;
    return undefined;
  }
}

function textIn({ values }: CronJobSettings, { name, fallback }: Setting<unknown>): string {
  const value = values.get(name);
  if (value && 'lost' in value) return `lost: ${value.lost}`;
  return value?.text ?? (typeof fallback === 'string' ? fallback : '');
}

function ambiguous(
  engine: Engine,
  chosen: readonly CronJobSettings[],
  differing: readonly Setting<unknown>[],
  where: string,
): UserError {
  const keys = Object.entries(engine.settings.table)
    .filter(([, setting]) => differing.includes(setting))
    .map(([key]) => key);
  return new UserError(
    'settings',
    `${names(chosen)} ${where} have different settings of ${engine.title}: ${settingNames(keys)}; choose one with ⟪cronJob⟫`,
  );
}

const mostNamed = 5;

function names(all: readonly CronJobSettings[]): string {
  const shownNames = all.slice(0, mostNamed).map(({ name }) => `'${name}'`);
  const more = all.length > mostNamed ? [`${all.length - mostNamed} more`] : [];
  const listed = [...shownNames, ...more];
  const [last] = listed.slice(-1);
  return all.length === 1 ? `CronJob ${last}` : `CronJobs ${listed.slice(0, -1).join(', ')} and ${last}`;
}

/** A password that is not known here may still be that of the default, so it is no reason to stop. */
function told(
  answer: Answer | undefined,
  { namespace, missing }: RecallWish,
  { log }: SnapshotContext,
): ReadonlyMap<string, Remembered> {
  const remembered = new Map<string, Remembered>();
  if (!answer) return remembered;
  const { of, values } = answer;
  const taken: string[] = [];
  const perhaps = new Set<string>();
  for (const { name, isSecret, fallback } of missing) {
    const value = values.get(name);
    if (!value) continue;
    if ('lost' in value && value.isPerhaps) perhaps.add(value.lost);
    else if ('lost' in value && isSecret)
      log.warn({ namespace }, `--${flagName(name)} of ${of} ${value.lost}, or else the default is tried`);
    if ('lost' in value && (isSecret || value.isPerhaps)) continue;
    remembered.set(name, { ...value, of });
    if (!('text' in value) || value.text === fallback) continue;
    taken.push(
      `--${flagName(name)} ${isSecret || value.isSecret ? '***' : shown(withoutSecrets(value.text))}`,
    );
  }
  for (const words of perhaps) log.warn({ namespace }, `a setting of ${of} perhaps ${words}`);
  if (taken.length > 0) log.info({ namespace }, `settings of ${of}: ${taken.join(', ')}`);
  return remembered;
}
