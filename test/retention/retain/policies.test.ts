import { describe, expect, it } from 'vitest';
import { policiesOf } from '../../../src/retention/retain/policies.ts';

const settings = { last: 0, hourly: 0, daily: 7, weekly: 4, monthly: 12, yearly: 0 };
const volume = { namespace: 'shop', pvc: 'data' };
const ofShop = (text: string) => ({ namespace: 'shop', pvc: undefined, text });
const ofData = (text: string) => ({ ...volume, text });

describe('the policy of a volume', () => {
  it('is that of the settings where no annotation says otherwise', () => {
    const others = [
      { namespace: 'blog', pvc: undefined, text: 'daily=1' },
      { namespace: 'shop', pvc: 'media', text: 'daily=2' },
    ];
    expect(policiesOf(settings, others)(volume)).toEqual({ policy: settings });
  });

  it("is its namespace's where that says so, and its own before that, tier by tier", () => {
    const policyOf = policiesOf(settings, [ofShop('daily=14,monthly=24'), ofData('daily=30,hourly=24')]);
    expect(policyOf(volume)).toEqual({ policy: { ...settings, daily: 30, hourly: 24, monthly: 24 } });
    expect(policyOf({ namespace: 'shop', pvc: 'media' })).toEqual({
      policy: { ...settings, daily: 14, monthly: 24 },
    });
  });

  it('cannot be had where a word is unknown, and says which and where', () => {
    expect(policiesOf(settings, [ofData('dayly=14')])(volume)).toEqual({
      problem: expect.stringMatching(
        /^The annotation backup-ns\.sh\/retain-policy of PVC 'data' in namespace 'shop' is 'dayly=14'; it must be .*did you mean daily\?$/,
      ) as string,
    });
  });

  it("cannot be had under a namespace's that cannot be, whatever the volume's own says", () => {
    const policyOf = policiesOf(settings, [ofShop('keep everything'), ofData('daily=3')]);
    expect(policyOf(volume)).toEqual({ problem: expect.stringContaining("namespace 'shop' is") as string });
  });

  it('cannot be one by which nothing is kept', () => {
    const none = ofData('daily=0,weekly=0,monthly=0');
    expect(policiesOf(settings, [none])(volume)).toEqual({
      problem: expect.stringContaining('nothing would be kept') as string,
    });
  });
});
