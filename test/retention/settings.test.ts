import { describe, expect, it } from 'vitest';
import { labelSelector } from '../../src/settings/label-selector.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { effectiveSettings, readSettings } from '../../src/settings/read.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { sourcesOf } from '../settings/sources.ts';

describe('the settings of retain', () => {
  it('keep days, weeks and months unless they say otherwise', () => {
    expect(readSettings(retainSettings, sourcesOf({})).settings).toEqual({
      policy: { last: 0, hourly: 0, daily: 7, weekly: 4, monthly: 12, yearly: 0 },
      namespaces: undefined,
      namespaceSelector: undefined,
      isSaid: false,
      record: { pod: undefined, metrics: undefined },
      yes: false,
      name: undefined,
      expectedPlan: undefined,
      dryRun: false,
      timeZone: 'UTC',
    });
  });

  it('may keep years alone, and not nothing', () => {
    const none = { RETAIN_LAST_DAILY: '0', RETAIN_LAST_WEEKLY: '0', RETAIN_LAST_MONTHLY: '0' };
    expect(
      effectiveSettings(retainSettings, sourcesOf({ ...none, RETAIN_LAST_YEARLY: '1' })).problems,
    ).toEqual([]);
    const { problems } = effectiveSettings(retainSettings, sourcesOf(none));
    expect(problems).toEqual([expect.stringContaining('are all 0, so nothing would be kept')]);
  });

  it('name namespaces or select them, not both', () => {
    const both = { RETAIN_NAMESPACES: 'shop', RETAIN_NAMESPACE_SELECTOR: 'backup=true' };
    const { problems } = effectiveSettings(retainSettings, sourcesOf(both));
    expect(problems).toEqual(['RETAIN_NAMESPACES and RETAIN_NAMESPACE_SELECTOR are both given; keep one']);
  });
});

describe('the settings of mark-and-delete', () => {
  it('refuse a pause in which the deadline passes, since nothing would ever be deleted', () => {
    const given = { MARK_AND_DELETE_PAUSE: '1h', MARK_AND_DELETE_DEADLINE: '1h' };
    const { problems } = effectiveSettings(markAndDeleteSettings, sourcesOf(given));
    expect(problems).toEqual([expect.stringContaining('shorten the pause')]);
  });
});

describe('a label selector', () => {
  it.each([
    'backup=true',
    'backup==true,tier!=scratch',
    'example.com/backup',
    '!example.com/scratch',
    'tier in (gold, silver)',
    'tier notin (bronze), backup',
    'empty=',
  ])('can be %s', (text) => {
    expect(labelSelector.parse(text)).toEqual({ value: text });
  });

  it.each(['', ',', 'a b', 'tier in gold', 'a=b=c', '-a', 'a=-', 'tier in (gold', 'a\nb', 'a,,b'])(
    'cannot be %j',
    (text) => {
      expect(labelSelector.parse(text)).toHaveProperty('expected');
    },
  );
});
