/** The retention classes, the shortest first. `last` is every backup by itself. */
export const tiers = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Tier = (typeof tiers)[number];

/** Those that a snapshot may stand for unless the user says otherwise. */
export const ordinaryTiers: readonly Tier[] = ['daily', 'weekly', 'monthly'];

/** How many buckets of each tier are kept, the newest first. */
export type RetentionPolicy = Readonly<Record<Tier, number>>;

/** How long a new snapshot is kept: for some days, or for as long as one of these tiers wants it. */
export type RetainPolicy =
  | { readonly policy: 'days'; readonly days: number }
  | { readonly policy: 'daily_weekly_monthly'; readonly tiers: readonly Tier[] };
