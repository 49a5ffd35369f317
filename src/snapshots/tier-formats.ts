import { tiers, type RetentionPolicy, type Tier } from './tiers.ts';
import { quoted } from '../core/quoted.ts';
import { nearest } from '../settings/nearest.ts';
import type { Format } from '../settings/setting.ts';

function isTier(text: string): text is Tier {
  return tiers.some((tier) => tier === text);
}

/** Tiers with commas between them, each once and the shortest first. */
export const tierList: Format<readonly Tier[]> = {
  usage: '<tiers>',
  parse(text) {
    const words = text.split(',').map((word) => word.trim());
    if (words.every(isTier)) return { value: tiers.filter((tier) => words.includes(tier)) };
    return { expected: `tiers with commas between them, of ${tiers.join(', ')}` };
  },
};

export const maximumCount = 100_000;

/** Characters of a policy change; all tiers with blanks between them are half of it. */
export const maximumChange = 256;

/** `daily=14,monthly=24`: the tiers in which a policy differs from another. */
export const policyChange: Format<Partial<RetentionPolicy>> = {
  usage: '<tier=count,...>',
  parse(text) {
    // A tenant's annotation may be 256 KiB, and a word is compared with every tier to guess what was meant.
    if (text.length > maximumChange)
      return { expected: `${example}, in ${maximumChange} characters at most` };
    const change: Partial<Record<Tier, number>> = {};
    for (const part of text.split(',')) {
      const [, tier = '', count] = assignment.exec(part.trim()) ?? [];
      const isWhole = count !== undefined && Number(count) <= maximumCount;
      if (!isTier(tier) || !isWhole || tier in change) return { expected: expectedOf(part, tier) };
      change[tier] = Number(count);
    }
    return { value: change };
  },
};

const assignment = /^([a-z]{1,20}) {0,9}= {0,9}(\d{1,6})$/;
const example = `such as daily=14,monthly=24, each tier once, counts from 0 to ${maximumCount}`;

function expectedOf(part: string, tier: string): string {
  if (tier === '' || isTier(tier)) return `${example}; ${quoted(part.trim())} is not`;
  return `${example}; ${quoted(tier)} is not a tier, did you mean ${nearest(tier, tiers)}?`;
}
