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

/** Night after night: the shop has changed, and the CronJob's Job backs it up. Gives how the orders stood each day. */
export async function passSixtyDays(sandbox: Sandbox, shop: Shop, now: Date): Promise<Map<string, string>> {
  const stood = new Map<string, string>();
  for (let day = 1; day <= days; day++) {
    const night = nightOf(day, now);
    const date = night.toISOString().slice(0, 10);
    sandbox.clock.set(night);
    shop.passDay(day);
    const orders = shop.orders();
    progress(`${date}  day ${day} of ${days}  ${orders}`);
    await runBackupJob(sandbox, shop.app.namespace, date);
    stood.set(date, orders);
    if (day % 10 === 0) progressed(`${date}  day ${String(day).padStart(2)}  ${orders}`);
  }
  sandbox.clock.set(now);
  return stood;
}
