import { describe, expect, it } from 'vitest';
import { events } from '../../../src/kube/resources.ts';
import { lastProvisioningFailure } from '../../../src/restore/volume/provisioning-failure.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const claim = object('PersistentVolumeClaim', { name: 'restored', uid: 'uid-of-the-claim' });
const at = (second: number): string => `2026-11-21T12:00:0${second}Z`;

function reported(kube: FakeKube, message: string, fields: object, creationTimestamp = at(0)): void {
  const involvedObject = { uid: 'uid-of-the-claim' };
  const said = { reason: 'ProvisioningFailed', involvedObject, message, ...fields };
  kube.put(events, object('Event', { name: message, creationTimestamp }, said));
}

describe('what the storage last said against a claim', () => {
  it.each([
    ['a series that goes on', { series: { lastObservedTime: at(5) }, lastTimestamp: at(1) }],
    ['an event that is counted', { lastTimestamp: at(5), eventTime: at(1) }],
    ['an event of the newer kind', { lastTimestamp: null, eventTime: at(5) }],
    ['an event of the newer kind that is no series yet', { series: {}, eventTime: at(5) }],
  ])('is read from %s by when it was seen last', async (_, fields) => {
    const kube = new FakeKube();
    reported(kube, 'before', { lastTimestamp: at(4) }, at(9));
    reported(kube, 'last', fields);
    reported(kube, 'after', { lastTimestamp: at(3) });
    expect(await lastProvisioningFailure(claim, testContext(kube))).toBe('last');
  });

  it('is read by when it was made where nothing else says when', async () => {
    const kube = new FakeKube();
    reported(kube, 'last', {}, at(5));
    reported(kube, 'before', { lastTimestamp: at(4) }, at(9));
    expect(await lastProvisioningFailure(claim, testContext(kube))).toBe('last');
  });

  it('is nothing when its events cannot be read, but a stop stays a stop', async () => {
    const kube = new FakeKube();
    kube.failNext('list events', kubeError(403, 'Forbidden'));
    expect(await lastProvisioningFailure(claim, testContext(kube))).toBeUndefined();
    kube.failNext('list events', new Error('stopped'));
    await expect(lastProvisioningFailure(claim, testContext(kube))).rejects.toThrow('stopped');
  });
});
