import { closeSync, constants, ftruncateSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Random } from '../core/system.ts';
import type { LockfileTimes } from './lockfile-times.ts';
import { openShared, openSharedHandle } from './shared-file.ts';
import { Tickets } from './tickets.ts';

/**
 * The line of those that look again and again. Each writes something new into its ticket whenever it looks; one whose
 * ticket stays as it is while we look several times was killed, and is passed by. To be wrong about that costs only fairness: a job
 * whose ticket was taken away writes it again, and has its old place.
 */
export class LockfileQueue {
  readonly #tickets: Tickets;
  readonly #random: Random;
  readonly #times: LockfileTimes;

  constructor(lockDirectory: string, random: Random, times: LockfileTimes) {
    this.#tickets = new Tickets(lockDirectory);
    this.#random = random;
    this.#times = times;
  }

  isEmpty(): boolean {
    return this.#tickets.list().length === 0;
  }

  join(): LockfilePlace {
    this.#tickets.prepare();
    return new LockfilePlace(this.#tickets, this.#tickets.next(this.#random), this.#times);
  }
}

export class LockfilePlace {
  readonly #tickets: Tickets;
  readonly #name: string;
  readonly #times: LockfileTimes;
  /** What each ticket before ours says, and for how many looks it has said so. */
  readonly #sights = new Map<string, { readonly text: string; readonly looks: number }>();
  #looks = 0;

  /** Takes its ticket at once. */
  constructor(tickets: Tickets, name: string, times: LockfileTimes) {
    this.#tickets = tickets;
    this.#name = name;
    this.#times = times;
    this.show();
  }

  /** Says that we look. Fails in silence: on a full disk there is no line. */
  show(): void {
    try {
      write(this.#tickets.pathOf(this.#name), `${++this.#looks}\n`);
    } catch {
      // Nobody sees us, and all try at once.
    }
  }

  /** How many are before us. A dead one counts for some looks more. */
  async rank(): Promise<number> {
    const before = this.#tickets.list().filter((name) => name < this.#name);
    const alive = await Promise.all(before.map((name) => this.#isAlive(name)));
    return alive.filter(Boolean).length;
  }

  async leave(): Promise<void> {
    await rm(this.#tickets.pathOf(this.#name), { force: true }).catch(() => {});
  }

  async #isAlive(name: string): Promise<boolean> {
    const path = this.#tickets.pathOf(name);
    const text = await textOf(path).catch(() => '');
    const before = this.#sights.get(name);
    const looks = before?.text === text ? before.looks + 1 : 0;
    this.#sights.set(name, { text, looks });
    if (looks < this.#times.absentLooks) return true;
    await rm(path, { force: true }).catch(() => {});
    return false;
  }
}

function write(path: string, text: string): void {
  const fd = openShared(path, constants.O_WRONLY | constants.O_CREAT, 0o644);
  try {
    ftruncateSync(fd);
    writeSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

/** A ticket of ours is a number. */
async function textOf(path: string): Promise<string> {
  await using file = await openSharedHandle(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
  return buffer.toString('utf8', 0, bytesRead);
}
