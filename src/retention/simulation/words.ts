import { humanAge } from '../../core/human-age.ts';
import { tiers, type RetentionPolicy } from '../../snapshots/tiers.ts';

/** `7 daily, 4 weekly, 12 monthly`: what it keeps. */
export function policyWords(policy: RetentionPolicy): string {
  const kept = tiers.filter((tier) => policy[tier] > 0);
  return kept.map((tier) => `${policy[tier]} ${tier}`).join(', ');
}

/** `5%` */
export function rateWords(rate: number): string {
  return `${Math.round(rate * 1_000_000) / 10_000}%`;
}

/** `22h`, `6d21h`, `355d`: between two moments. */
export function timeWords(from: string, to: string): string {
  return humanAge(new Date(from), new Date(to));
}
