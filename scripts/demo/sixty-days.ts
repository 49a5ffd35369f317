import type { Sandbox } from '../../test/sandbox/sandbox.ts';
import { runBackupJob } from './backup-jobs.ts';
import { progress, progressed } from './narrator.ts';
import type { Shop } from './shop.ts';

export const days = 60;
const dayMs = 24 * 60 * 60_000;

/** The moment of a night's backup; the last one is of today. */
export function nightOf(day: number, now: Date): Date {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), 2, 30);
  const last = today > now.getTime() ? today - dayMs : today;
  return new Date(last - (days - day) * dayMs);
}

/**
 * Night after night the shop has changed, and the CronJob's Job backs it up. Adds how the orders stood each day. The clock
 * stays at the last of these nights.
 */
export async function passNights(
  sandbox: Sandbox,
  shop: Shop,
  now: Date,
  nights: { readonly from: number; readonly to: number; readonly stood: Map<string, string> },
): Promise<void> {
  for (let day = nights.from; day <= nights.to; day++) {
    const night = nightOf(day, now);
    const date = night.toISOString().slice(0, 10);
    sandbox.clock.set(night);
    shop.passDay(day);
    const orders = shop.orders();
    progress(`${date}  day ${day} of ${days}  ${orders}`);
    await runBackupJob(sandbox, shop.app.namespace, date);
    nights.stood.set(date, orders);
    if (day % 10 === 0 || day === nights.to) progressed(`${date}  day ${String(day).padStart(2)}  ${orders}`);
  }
}
