import { describe, expect, test } from 'vitest';
import { endOf, whyNotYet } from '../../../src/restore/dump/reader-state.ts';

const pod = (status: unknown, metadata = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata, status });
const waiting = (reason: string, message?: string) => ({
  phase: 'Pending',
  containerStatuses: [{ state: { waiting: { reason, message } } }],
});

describe('the pod that reads a snapshot', () => {
  test.each([
    [waiting('ImagePullBackOff', 'no such image'), /^ImagePullBackOff \(no such image\); give an image/],
    [waiting('CreateContainerConfigError', 'x'), /^CreateContainerConfigError \(x\); see why$/],
    [{ phase: 'Failed', reason: 'Evicted', message: 'disk' }, /^it has ended \(disk\); /],
    [
      {
        phase: 'Failed',
        containerStatuses: [{ state: { terminated: { message: 'exec: "sh": not found' } } }],
      },
      /^it has ended \(exec: "sh": not found\); see that its image has a shell/,
    ],
    [{ phase: 'Succeeded' }, /^it has ended; /],
  ])('will not run when it is %j', (status, words) => {
    expect(endOf(pod(status))).toMatch(words);
  });

  test.each([
    undefined,
    null,
    {},
    waiting('ContainerCreating'),
    waiting('ErrImagePull'),
    { containerStatuses: [1] },
  ])('may still run when it is %j', (status) => {
    expect(endOf(pod(status))).toBeUndefined();
    expect(whyNotYet(pod(status ?? undefined))).toMatch(/./);
  });

  test('is over when it is being deleted', () => {
    expect(endOf(pod({}, { deletionTimestamp: '2026-11-30T00:00:00Z' }))).toMatch(/^it is being deleted/);
  });

  test('waits for what the scheduler says', () => {
    const condition = { type: 'PodScheduled', status: 'False', message: 'no node \u001b[31mfits' };
    expect(whyNotYet(pod({ conditions: [condition] }))).toBe('no node \\u{1b}[31mfits');
    expect(whyNotYet(pod({ conditions: [{ type: 'Ready', status: 'True' }] }))).toBeUndefined();
  });
});
