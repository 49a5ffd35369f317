import { days, Diary } from './diary.ts';
import { chapter, progress, progressed, say } from './narrator.ts';
import { loseAndRestore } from './restore.ts';
import { runRetention } from './retention.ts';
import type { Runs } from './runs.ts';
import type { Scene } from './scene.ts';
import { listSnapshots } from './snapshots.ts';
import { showStatus } from './status.ts';

/** Sixty days of backups, of which some are kept, and a restore. Throws when the orders that come back are not the right ones. */
export async function tellTheStory(scene: Scene, runs: Runs): Promise<void> {
  const { sandbox, shop, now } = scene;
  const diary = new Diary(shop, sandbox.clock, now);
  chapter('A cluster, and a shop in it', `an API server in this process, and ${shop.described}`);
  say(diary.pass(0).orders);

  const { name } = shop.app.serviceAccount;
  chapter('A backup, by hand', `as service account '${name}', which may do what a backup does and no more`);
  await runs.backUpByHand();

  chapter('Sixty days pass', "each night the CronJob's Job runs, as a process of this machine");
  await passNights(1, days - 1);

  chapter('What is to be kept', 'seven days, four weeks, twelve months; the others lose their labels');
  await runRetention(runs, 'retain');

  chapter(
    'What is to go',
    'snapshots without a label get a date; until that day is over, a person may object',
  );
  await runRetention(runs, 'mark-and-delete');

  chapter('The next night');
  await passNights(days, days);
  sandbox.clock.set(now);
  await runRetention(runs, 'mark-and-delete');

  chapter('What is there now', 'the first snapshot of a week or a month stands for that, too');
  await listSnapshots(scene, runs);

  await loseAndRestore(scene, runs, diary);

  chapter('What is protected now', 'the volume that was restored needs no backup, and says so');
  await showStatus(scene, runs);

  async function passNights(from: number, to: number): Promise<void> {
    for (let day = from; day <= to; day++) {
      const { date, orders } = diary.pass(day);
      progress(`${date}  day ${day} of ${days}  ${orders}`);
      await runs.backUpAtNight(date);
      if (day % 10 === 0 || day === to) progressed(`${date}  day ${String(day).padStart(2)}  ${orders}`);
    }
  }
}
