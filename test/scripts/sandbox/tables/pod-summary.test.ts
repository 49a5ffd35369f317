import { expect, test } from 'vitest';
import type { Pod } from '../../../../scripts/sandbox/tables/pod-shape.ts';
import { podSummary } from '../../../../scripts/sandbox/tables/pod-summary.ts';

const running = { ready: true, state: { running: {} } };
const waiting = (reason: string) => ({ state: { waiting: { reason } } });
const ended = (exitCode: number, more: object = {}) => ({ state: { terminated: { exitCode, ...more } } });
const sidecar = { name: 'i', restartPolicy: 'Always' };
const isTrue = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));

/** A running pod whose containers, init containers first, are in these states. */
function pod(containers: readonly object[], init: readonly object[] = [], more: object = {}): Pod {
  const named = (states: readonly object[], prefix: string) =>
    states.map((state, at) => ({ name: `${prefix}${at || ''}`, ...state }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: named(containers, 'c'), initContainers: named(init, 'i') },
    status: {
      phase: 'Running',
      containerStatuses: named(containers, 'c'),
      initContainerStatuses: named(init, 'i'),
      ...more,
    },
  };
}

// The expectations agree with those of Kubernetes 1.36.3.
test.each<[string, Pod, string, string]>([
  ['runs', pod([running, running]), '2/2', 'Running'],
  ['is not ready', pod([running, { ...running, ready: false }]), '1/2', 'Running'],
  ['waits', pod([running, waiting('ImagePullBackOff')]), '1/2', 'ImagePullBackOff'],
  ['crashed twice', pod([waiting('CrashLoopBackOff'), ended(1)]), '0/2', 'CrashLoopBackOff'],
  ['is done', pod([ended(0, { reason: 'Completed' })], [], { phase: 'Succeeded' }), '0/1', 'Completed'],
  ['is half done', pod([ended(0, { reason: 'Completed' }), running]), '1/2', 'NotReady'],
  [
    'is half done and ready',
    pod([ended(0, { reason: 'Completed' }), running], [], { conditions: isTrue('Ready') }),
    '1/2',
    'Running',
  ],
  ['failed in one', pod([ended(0, { reason: 'Completed' }), ended(2)]), '0/2', 'ExitCode:2'],
  ['was killed', pod([ended(137, { signal: 9 })]), '0/1', 'Signal:9'],
  ['has no status yet', pod([], [], { phase: 'Pending' }), '0/0', 'Pending'],
  ['was evicted', pod([], [], { phase: 'Failed', reason: 'Evicted' }), '0/0', 'Evicted'],
  [
    'may not be scheduled',
    pod([], [], {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
    }),
    '0/0',
    'SchedulingGated',
  ],
  ['initializes', pod([{}], [ended(0), { state: { running: {} } }]), '0/1', 'Init:1/2'],
  ['starts to initialize', pod([{}], [waiting('PodInitializing')]), '0/1', 'Init:0/1'],
  ['cannot initialize', pod([{}], [waiting('ErrImagePull')]), '0/1', 'Init:ErrImagePull'],
  ['failed to initialize', pod([{}], [ended(3)]), '0/1', 'Init:ExitCode:3'],
  ['has initialized', pod([running], [ended(0, { reason: 'Completed' })]), '1/1', 'Running'],
  ['has a sidecar', pod([running], [{ ...sidecar, ...running, started: true }]), '2/2', 'Running'],
  ['has a sidecar that starts', pod([{}], [{ ...sidecar, ...running, started: false }]), '0/2', 'Init:0/1'],
  [
    'ends',
    { ...pod([running]), metadata: { deletionTimestamp: '2025-01-01T00:00:00Z' } },
    '1/1',
    'Terminating',
  ],
  [
    'ended before it was deleted',
    {
      ...pod([ended(1, { reason: 'Error' })], [], { phase: 'Failed' }),
      metadata: { deletionTimestamp: '2025-01-01T00:00:00Z' },
    },
    '0/1',
    'Error',
  ],
  [
    'is lost',
    {
      ...pod([running], [], { reason: 'NodeLost' }),
      metadata: { deletionTimestamp: '2025-01-01T00:00:00Z' },
    },
    '1/1',
    'Unknown',
  ],
])('a pod that %s', (_, object, ready, status) => {
  expect(podSummary(object)).toMatchObject({ ready, status });
});

const restarted = (restartCount: number, finishedAt: string) => ({
  restartCount,
  lastState: { terminated: { exitCode: 1, finishedAt } },
});

test('restarts are those of the containers, of sidecars too, and the last of them counts', () => {
  const object = pod(
    [
      { ...running, ...restarted(2, '2025-01-02T00:00:00Z') },
      { ...running, ...restarted(1, '2025-01-01T00:00:00Z') },
    ],
    [
      { ...running, ...sidecar, started: true, ...restarted(4, '2025-01-03T00:00:00Z') },
      { ...ended(0), name: 'once', ...restarted(8, '2025-01-04T00:00:00Z') },
    ],
  );
  expect(podSummary(object)).toMatchObject({ restarts: 7, lastRestart: '2025-01-03T00:00:00Z' });
});

test('while a pod initializes, the restarts are those of its init containers', () => {
  const object = pod(
    [restarted(2, '2025-01-02T00:00:00Z')],
    [{ ...ended(1), ...restarted(5, '2025-01-01T00:00:00Z') }],
  );
  expect(podSummary(object)).toMatchObject({ restarts: 5, lastRestart: '2025-01-01T00:00:00Z' });
});
