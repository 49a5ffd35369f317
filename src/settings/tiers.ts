import { tiers, type RetentionPolicy, type Tier } from '../tiers.ts';
import { nearest } from './nearest.ts';
import type { Format } from './setting.ts';

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

/** `daily=14,monthly=24`: the tiers in which a policy differs from another. */
export const policyChange: Format<Partial<RetentionPolicy>> = {
  usage: '<tier=count,...>',
  parse(text) {
    const change: Partial<Record<Tier, number>> = {};
    for (const part of text.split(',')) {
      const [, tier = '', count] = /^\s*([^=\s]*)\s*=\s*(\d{1,6})\s*$/.exec(part) ?? [];
      const isWhole = count !== undefined && Number(count) <= maximumCount;
      if (!isTier(tier) || !isWhole || tier in change) return { expected: expectedOf(part, tier) };
      change[tier] = Number(count);
    }
    return { value: change };
  },
};

function expectedOf(part: string, tier: string): string {
  const form = `such as daily=14,monthly=24, each tier once, counts from 0 to ${maximumCount}`;
  if (tier === '' || isTier(tier)) return `${form}; '${part.trim()}' is not`;
  return `${form}; '${tier}' is no tier, did you mean ${nearest(tier, tiers)}?`;
}
