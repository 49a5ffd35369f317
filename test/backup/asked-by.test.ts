import { describe, expect, it } from 'vitest';
import { askedBy } from '../../src/backup/asked-by.ts';
import { jobs, pods } from '../../src/kube/resources.ts';
import { testContext } from '../support/context.ts';
import { FakeKube, kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';

const owner = (kind: string, name: string, uid: string) => ({
  ownerReferences: [{ apiVersion: 'batch/v1', kind, name, uid, controller: true }],
});
const ofJob = owner('Job', 'job', 'uid-job');
const ofCronJob = owner('CronJob', 'nightly', 'uid-nightly');
const watched = { ownerReferences: [{ ...ofJob.ownerReferences[0], controller: false }] };
const ofOther = { ownerReferences: [{ ...ofJob.ownerReferences[0], kind: 'JobSet' }] };
const byHand = { annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' } };

/** Who wants the backup whose pod and Job have this metadata. */
async function asked(type: string, pod: object | undefined, job: object | undefined, by: string | undefined) {
  const kube = new FakeKube();
  if (pod) kube.put(pods, object('Pod', { name: 'pod', ...pod }));
  if (job) kube.put(jobs, object('Job', { name: 'job', uid: 'uid-job', ...job }));
  const context = testContext(kube);
  context.log.level = 'debug';
  const asker = await askedBy({ type, pod: by } as Parameters<typeof askedBy>[0], context);
  // What is not there was looked for all the same.
  expect(context.lines).toEqual([]);
  return asker;
}

describe('a backup is wanted by', () => {
  it.each<[string, string, object | undefined, object | undefined, string]>([
    ['the schedule whose Job it is', 'adhoc', ofJob, ofCronJob, 'schedule'],
    ['the person who made the Job from a schedule', 'cronjob', ofJob, { ...ofCronJob, ...byHand }, 'person'],
    ['who its label says, for a Job of neither', 'adhoc', ofJob, {}, 'person'],
    ['who its label says, for a Job of neither', 'cronjob', ofJob, {}, 'schedule'],
    [
      'who its label says, for another Job of that name',
      'adhoc',
      ofJob,
      { ...ofCronJob, uid: 'x' },
      'person',
    ],
    ['who its label says, where the Job is gone', 'adhoc', ofJob, undefined, 'person'],
    ['who its label says, for a pod of no Job', 'adhoc', {}, ofCronJob, 'person'],
    [
      'who its label says, for a pod of a Job that does not control it',
      'adhoc',
      watched,
      ofCronJob,
      'person',
    ],
    ['who its label says, for a pod that something else controls', 'adhoc', ofOther, ofCronJob, 'person'],
    ['who its label says, where the pod is gone', 'adhoc', undefined, ofCronJob, 'person'],
  ])('%s', async (_, type, pod, job, by) => {
    expect(await asked(type, pod, job, 'pod')).toBe(by);
  });

  it('who its label says, where no pod is known', async () => {
    expect(await asked('adhoc', ofJob, ofCronJob, undefined)).toBe('person');
    expect(await asked('other', ofJob, { ...ofCronJob, ...byHand }, undefined)).toBe('schedule');
  });

  it('who its label says, where nobody may look; but a stop is a stop', async () => {
    const kube = new FakeKube();
    const context = testContext(kube);
    const labels = { type: 'adhoc', pod: 'pod' } as Parameters<typeof askedBy>[0];
    kube.failNext('get pods', kubeError(403, 'Forbidden'));
    expect(await askedBy(labels, context)).toBe('person');
    context.stop.abort(new Error('stopped'));
    await expect(askedBy(labels, context)).rejects.toThrow('stopped');
  });
});
