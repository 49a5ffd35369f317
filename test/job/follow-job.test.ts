import { expect, test } from 'vitest';
import { followJob } from '../../src/job/follow-job.ts';
import { keptAliveBy } from '../../src/job/followed-pod.ts';
import { jobs, pods } from '../../src/kube/resources.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';

const name = 'backup-by-hand';
const owner = (kind: string, of: string) => ({
  ownerReferences: [{ apiVersion: 'batch/v1', kind, name: of, uid: `uid-${of}`, controller: true }],
});
const complete = { conditions: [{ type: 'Complete', status: 'True' }] };
const jobWith = (status: object, metadata: object = {}) =>
  object('Job', { name, ...owner('CronJob', 'backup'), ...metadata }, { spec: {}, status });

const terminated = (exitCode: number) => ({ state: { terminated: { exitCode } } });
const running = { state: { running: {} } };

/** What a container has come to, by its name. */
function pod(phase: string, states: Record<string, object>, spec: object = {}): KubeObject {
  const all = Object.entries(states);
  const containers = all.map(([container]) => ({ name: container }));
  const containerStatuses = all.map(([container, state]) => ({ name: container, ...state }));
  const labels = { 'batch.kubernetes.io/job-name': name };
  return object(
    'Pod',
    { name: `${name}-abc`, labels, ...owner('Job', name) },
    { spec: { restartPolicy: 'Never', ...spec, containers }, status: { phase, containerStatuses } },
  );
}

async function follow(
  given: { readonly job?: KubeObject; readonly pod?: KubeObject },
  kube = new FakeKube(),
) {
  const context = testContext(kube);
  if (given.job) kube.put(jobs, given.job);
  if (given.pod) kube.put(pods, given.pod);
  const made = object('Job', { name, uid: `uid-${name}`, ...owner('CronJob', 'backup') });
  const end = await followJob(made, () => Promise.resolve(), context);
  return { end, clock: context.clock, said: context.lines.map(({ msg }) => msg) };
}

test.each([0, 6])(
  'a Job that is gone, as with ttlSecondsAfterFinished 0, has ended as its container did: with %i',
  async (exitCode) => {
    const { end } = await follow({ pod: pod('Running', { create: terminated(exitCode) }) });
    expect(end).toEqual({ exitCode, isComplete: exitCode === 0, failure: undefined, isGone: true });
  },
);

test('a Job that is being deleted says how it ended all the same', async () => {
  const job = jobWith(complete, { deletionTimestamp: '2026-11-20T00:00:00Z' });
  expect((await follow({ job })).end).toMatchObject({ isComplete: true });
});

test('a Job that is being deleted has ended as its container did, where it does not say how', async () => {
  const job = jobWith({}, { deletionTimestamp: '2026-11-20T00:00:00Z' });
  const { end } = await follow({ job, pod: pod('Failed', { create: terminated(5) }) });
  expect(end).toMatchObject({ exitCode: 5, isComplete: false });
});

/** The container ends, and at once all is deleted, while its log is read: no look comes in time. */
class Vanishing extends FakeKube {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super();
    this.exitCode = exitCode;
    this.put(jobs, jobWith({}));
    this.put(pods, pod('Running', { create: running }));
  }

  override async *log(): AsyncIterableIterator<Buffer> {
    yield await Promise.resolve(Buffer.from('done'));
    this.put(pods, pod('Succeeded', { create: terminated(this.exitCode) }));
    this.remove(pods, `${name}-abc`);
    this.remove(jobs, name);
  }
}

test.each([0, 6])('the end of a pod that is deleted at once, with %i, is seen all the same', async (code) => {
  const { end, said } = await follow({}, new Vanishing(code));
  expect(end).toMatchObject({ exitCode: code, isComplete: code === 0 });
  expect(said).toEqual([]);
});

test('without the right to watch pods, nothing is said of an end that was not seen', async () => {
  const kube = new Vanishing(0);
  kube.denied.add('watch pods');
  await expect(follow({}, kube)).rejects.toThrow('nothing is known of its end');
});

test.each([
  ['no pod was seen of', undefined],
  ['has a pod that never started', pod('Pending', {})],
])('of a Job that is gone and %s, nothing is said to have failed', async (_, one) => {
  await expect(follow({ ...(one && { pod: one }) })).rejects.toThrow(
    "Job 'backup-by-hand' in namespace 'shop' was deleted, and nothing is known of its end; see whether it has made its backup: backup-ns list -n shop, or make another",
  );
});

/** Each time that the pods are looked at, the container has come to the next of these; after the last, all is gone. */
class Restarting extends FakeKube {
  readonly #states: object[];

  constructor(...states: object[]) {
    super();
    this.#states = states;
    this.put(jobs, jobWith({}));
  }

  override async *list<T extends KubeObject>(
    ...args: Parameters<FakeKube['list']>
  ): AsyncIterableIterator<T> {
    const state = this.#states.shift();
    const spec = { restartPolicy: 'OnFailure' };
    if (state) this.put(pods, pod('Running', { create: state }, spec));
    else {
      this.remove(pods, `${name}-abc`);
      this.remove(jobs, name);
    }
    yield* super.list<T>(...args);
  }
}

test('a container that was started again has not ended as it did before, when all is gone', async () => {
  await expect(follow({}, new Restarting(terminated(1), running))).rejects.toThrow(
    'nothing is known of its end',
  );
  const { end } = await follow({}, new Restarting(terminated(1), running, terminated(0)));
  expect(end).toMatchObject({ exitCode: 0, isComplete: true });
});

const sidecar = { 'istio-proxy': running };

test.each([0, 6])(
  'a pod that a sidecar keeps alive is waited for a while, and its Job ends as its container did: with %i',
  async (exitCode) => {
    const one = pod('Running', { create: terminated(exitCode), ...sidecar });
    const { end, said, clock } = await follow({ job: jobWith({}), pod: one });
    expect(end).toMatchObject({ exitCode, isComplete: exitCode === 0 });
    expect(said).toEqual([
      "The container of the backup has ended, and container 'istio-proxy' of pod 'backup-by-hand-abc' still runs, so that the Job does not end; keep a sidecar out of these pods (podAnnotations or podLabels of the chart), or make it an init container with restartPolicy: Always",
      'The Job goes on without a backup to make; end it: kubectl -n shop delete job backup-by-hand',
    ]);
    expect(clock.monotonic()).toBeLessThan(60_000);
  },
);

test('a backup that is complete has not failed when its Job fails later, by its deadline', async () => {
  const status = { conditions: [{ type: 'Failed', status: 'True', message: 'Job was active too long' }] };
  const one = pod('Failed', { create: terminated(0), ...sidecar });
  const { end, said } = await follow({ job: jobWith(status), pod: one });
  expect(end).toMatchObject({ exitCode: 0, isComplete: true });
  expect(said).toEqual(['The backup is complete, and its Job failed all the same: Job was active too long']);
});

test.each<[string, KubeObject, readonly string[]]>([
  ['nothing where it is over', pod('Succeeded', { create: terminated(0), ...sidecar }), []],
  ['its own container while that runs', pod('Running', { create: running, ...sidecar }), []],
  ['no container that has ended', pod('Running', { create: terminated(0), one: terminated(1) }), []],
  [
    'no sidecar where the container is started again',
    pod('Running', { create: terminated(1), ...sidecar }, { restartPolicy: 'OnFailure' }),
    [],
  ],
  [
    'a sidecar where the container is not started again',
    pod('Running', { create: terminated(0), ...sidecar }, { restartPolicy: 'OnFailure' }),
    ['istio-proxy'],
  ],
  ['all that run', pod('Running', { b: running, create: terminated(0), a: running }), ['b', 'a']],
])('a pod is kept alive by %s', (_, one, names) => {
  expect(keptAliveBy(one)).toEqual(names);
});
