type Calendar = typeof import('../../../src/snapshots/buckets.ts');

/** The same calendar, which reckons the buckets of each instant and zone once. */
export function rememberCalendar(calendar: Calendar): Calendar {
  const known = new Map<string, ReturnType<Calendar['bucketsOf']>>();
  return {
    ...calendar,
    bucketsOf(now, timeZone) {
      const key = `${now.getTime()} ${timeZone}`;
      const buckets = known.get(key) ?? calendar.bucketsOf(now, timeZone);
      known.set(key, buckets);
      return buckets;
    },
  };
}
