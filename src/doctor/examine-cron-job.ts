import { inside, podSpecOf } from '../recall/cron-job-container.ts';
import { permissionsFor } from '../backup/permissions.ts';
import { createSettings, type CreateSettings } from '../backup/settings/create.ts';
import { type Diagnosis, Examination } from '../core/diagnosis.ts';
import { quoted, shown } from '../core/quoted.ts';
import { checkPermissions } from '../kube/check-permissions.ts';
import { hasStatus, KubeError } from '../kube/error.ts';
import { examine } from '../kube/examine.ts';
import { isRecord, type KubeObject } from '../kube/object.ts';
import { pods } from '../kube/resources.ts';
import { readSettings } from '../settings/read.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { givenSettings } from '../status/read-cron-job.ts';
import { examineLocks } from './examine-locks.ts';
import { isOfWebhook, remedyFor } from '../status/run-problems.ts';
import { tryOut } from './try-out.ts';

interface Examining {
  readonly knownNames: ReadonlySet<string>;
  /** Aborted when nothing more is tried. */
  readonly trials: AbortSignal;
}

/** One CronJob that makes backups: its settings, its account, its pod, and what a backup would meet. */
export async function examineCronJob(
  cronJob: KubeObject,
  { knownNames, trials }: Examining,
  context: SnapshotContext,
): Promise<readonly Diagnosis[]> {
  const { namespace = '', name = '' } = cronJob.metadata;
  const where = `${shown(namespace)}/cronjob/${shown(name)}`;
  const { signal } = context;
  const look = (check: string, work: (found: Examination) => Promise<readonly Diagnosis[]>) =>
    examine(check, where, work, signal);
  const known: { settings?: CreateSettings } = {};
  const read = await look('settings', (found) => {
    const given = givenSettings(cronJob);
    if (given.problem !== undefined) return Promise.resolve([found.problem(given.problem)]);
    if (given.elsewhere.length > 0) {
      const names = given.elsewhere.slice(0, 5).map((one) => shown(one));
      const todo = `try it as it is, with its own account: helm -n ${shown(namespace)} test RELEASE --logs`;
      return Promise.resolve([
        found.warning(
          `Not all of its settings are in its manifest (${names.join(', ')}), and Secrets are not read, so what a backup would meet was not tried`,
          todo,
        ),
      ]);
    }
    const sources = { ...given, machine: { cpus: 1 }, knownNames };
    known.settings = readSettings(createSettings, sources).settings;
    return Promise.resolve([found.ok('create takes them')]);
  });
  const { settings } = known;
  const rest = await Promise.all([
    look('pod', (found) => examinePod(cronJob, found, context)),
    ...(settings
      ? [
          look('account', (found) => examineAccount(cronJob, settings, found, context)),
          look('locks', (found) =>
            examineLocks(namespace, podSpecOf(cronJob['spec']), settings, found, context),
          ),
          look('trial', (found) => tryOut(namespace, settings, found, { ...context, signal: trials })),
        ]
      : []),
  ]);
  return [...read, ...rest.flat()];
}

async function examineAccount(
  cronJob: KubeObject,
  settings: CreateSettings,
  found: Examination,
  context: SnapshotContext,
): Promise<readonly Diagnosis[]> {
  const { namespace = '' } = cronJob.metadata;
  const { serviceAccountName } = podSpecOf(cronJob['spec']);
  const account = typeof serviceAccountName === 'string' ? serviceAccountName : 'default';
  const user = `system:serviceaccount:${namespace}:${account}`;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const needs = permissionsFor(settings.namespace ?? namespace, settings, context.snapshots);
  const finding = await checkPermissions(needs, context, { user, groups });
  if (!('problems' in finding)) return [found.ok(`Account ${quoted(account)} may do what a backup does`)];
  return finding.problems.map((words) => found.problem(words));
}

/** Whether the API server would take the pod: quota, limits and Pod Security are asked without making one. */
async function examinePod(
  cronJob: KubeObject,
  found: Examination,
  { kube, random, signal }: SnapshotContext,
): Promise<readonly Diagnosis[]> {
  const { namespace = '', name = '' } = cronJob.metadata;
  const labels = inside(cronJob['spec'], 'jobTemplate', 'spec', 'template', 'metadata', 'labels');
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name.slice(0, 40).replace(/(?<![-.])[-.]+$/, '')}-doctor-${random.id(5)}`,
      namespace,
      ...(isRecord(labels) && { labels: labels as Record<string, string> }),
    },
    spec: podSpecOf(cronJob['spec']),
  };
  try {
    await kube.create(pods, manifest, { dryRun: true, signal });
    return [found.ok('The API server would take its pod: quota and Pod Security allow it')];
  } catch (error) {
    if (hasStatus(error, 400) && error.message.includes('does not support dry run')) {
      const todo = `see whether a run gets its pod: kubectl -n ${shown(namespace)} create job ${shown(name)}-now --from=cronjob/${shown(name)}`;
      return [
        found.warning(
          `Whether the API server would take its pod was not tried: ${shown(error.message, 500)}`,
          todo,
        ),
      ];
    }
    if (!isRefusal(error)) throw error;
    const todo = remedyFor(error.message, { namespace, kind: 'cronjob', name });
    return [found.problem(`The API server would refuse its pod: ${shown(error.message, 500)}`, todo)];
  }
}

/** Webhooks refuse with any status, and one that cannot be asked refuses, too; without the right to make pods nobody was asked. */
function isRefusal(error: unknown): error is KubeError {
  if (!(error instanceof KubeError)) return false;
  const { status, message } = error;
  return (
    (status === 403 && !message.includes('cannot create resource "pods"')) ||
    isOfWebhook(message) ||
    status === 422
  );
}
