import { label } from '../snapshots/labels.ts';
import { tiers } from '../snapshots/tiers.ts';

/** How long a backup stays, as its labels tell: in words that complete "it stays …". */
export function stayOf(labels: Readonly<Record<string, string>>): string {
  const buckets = tiers.flatMap((tier) => labels[label[tier]] ?? []);
  const { [label.deleteAfter]: last, [label.keepUntil]: until } = labels;
  if (last !== undefined) return `until ${last}`;
  const ways = [
    buckets.length > 0 && `as long as the policy keeps ${buckets.join(', ')}`,
    until !== undefined && `until ${until}, as a person made it`,
  ].filter((way) => way !== false);
  return ways.length > 0
    ? ways.join(', and at least ')
    : 'until there is a newer one: other backups stand for its day, week and month';
}
