import { expect, test, vi } from 'vitest';
import { followJob } from '../../src/job/follow-job.ts';
import { events, jobs, pods } from '../../src/kube/resources.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { hurried } from './scene.ts';

const name = 'backup-by-hand';
const madeAt = '2026-11-19T23:59:00Z';
const owner = (kind: string, of: string) => ({
  creationTimestamp: madeAt,
  ownerReferences: [{ apiVersion: 'batch/v1', kind, name: of, uid: `uid-${of}`, controller: true }],
});

/** What is said while the Job waits, each once, until it is deleted. */
async function saidOf(put: (kube: FakeKube) => void, ready: RegExp): Promise<string[]> {
  const kube = new FakeKube();
  const context = testContext(kube, hurried);
  const job = kube.put(jobs, object('Job', { name, ...owner('CronJob', 'backup') }, { spec: {} }));
  put(kube);
  const ended = followJob(job, () => Promise.resolve(), context).catch(() => {});
  await vi.waitFor(() => expect(context.lines.some(({ msg }) => ready.test(msg))).toBe(true));
  kube.remove(jobs, name);
  await ended;
  return context.lines.map(({ msg }) => msg);
}

function pod(status: object): KubeObject {
  const spec = { containers: [{ name: 'create' }] };
  const labels = { 'batch.kubernetes.io/job-name': name };
  return object('Pod', { name: `${name}-abc`, labels, ...owner('Job', name) }, { spec, status });
}

const waiting = (reason: string, message: string) => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'create', state: { waiting: { reason, message } } }],
});

const failedCreate = (message: string) =>
  object(
    'Event',
    { name: 'refused' },
    {
      involvedObject: { kind: 'Job', name, uid: `uid-${name}` },
      type: 'Warning',
      reason: 'FailedCreate',
      message,
      lastTimestamp: madeAt,
    },
  );

test.each([
  [
    'an image that cannot be pulled',
    (kube: FakeKube) => kube.put(pods, pod(waiting('ImagePullBackOff', 'Back-off pulling image "nowhere"'))),
    /does not get its image \(ImagePullBackOff: Back-off pulling image "nowhere"\); correct image\.repository/,
  ],
  [
    'a node',
    (kube: FakeKube) =>
      kube.put(
        pods,
        pod({
          phase: 'Pending',
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: '0/1 nodes are available',
            },
          ],
        }),
      ),
    /has waited for a node for .*: 0\/1 nodes are available; make room on a node/,
  ],
  [
    'a quota',
    (kube: FakeKube) => kube.put(events, failedCreate('pods "x" is forbidden: exceeded quota: small')),
    /gets no pod: .*exceeded quota: small; raise the quota/,
  ],
  [
    'Pod Security',
    (kube: FakeKube) =>
      kube.put(events, failedCreate('pods "x" is forbidden: violates PodSecurity "restricted"')),
    /gets no pod: .*violates PodSecurity "restricted"; change the values of the chart/,
  ],
  [
    'an init container',
    (kube: FakeKube) => kube.put(pods, pod(waiting('PodInitializing', ''))),
    /has been starting for|Waiting for the pod to start/,
  ],
])('create --job says that it waits for %s, once', async (_, put, words) => {
  const said = await saidOf(put, words);
  expect(said.filter((one) => words.test(one))).toHaveLength(1);
});

test('create --job goes without the events that it may not read', async () => {
  const said = await saidOf(
    (kube) => kube.denied.add('list events'),
    /has had no pod for|Waiting for the pod/,
  );
  expect(said).not.toEqual([]);
});
