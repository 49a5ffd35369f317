import { closeSync, constants, rmSync } from 'node:fs';
import type { Random } from '../core/system.ts';
import { codeOf } from './code-of.ts';
import { runFlock } from './flock-program.ts';
import { isStillAt } from './lock-file.ts';
import { openShared } from './shared-file.ts';
import { Tickets } from './tickets.ts';

interface Ticket {
  readonly name: string;
  readonly fd: number;
}

/**
 * The kernel wakes all that wait for a lock, and whoever runs first has it: a job could lose that race for ever. So that
 * they come in turn, each waiting job keeps the lock of a ticket, and waits for the lock of the one before it: the kernel
 * wakes exactly the next one, whether the one before has got its slot, has given up, or was killed. Only the first in
 * the line waits at the slots themselves, where it races with shell jobs that know nothing of tickets.
 */
export class FlockQueue {
  readonly #tickets: Tickets;
  readonly #random: Random;

  constructor(lockDirectory: string, random: Random) {
    this.#tickets = new Tickets(lockDirectory);
    this.#random = random;
  }

  isEmpty(): boolean {
    return this.#tickets.list().length === 0;
  }

  /** Does the work as the first in the line. Where no ticket can be made, as in a directory of root's, there is no line. */
  async inTurn<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const ticket = await this.#takeTicket(signal);
    if (!ticket) return work();
    try {
      await this.#untilFirst(ticket, signal);
      return await work();
    } finally {
      this.#remove(ticket.name);
      closeSync(ticket.fd);
    }
  }

  /** Nearest first: when that one leaves, some before it may still be there, as it may have given up. */
  async #untilFirst({ name }: Ticket, signal: AbortSignal): Promise<void> {
    const left = new Set<string>();
    for (;;) {
      const before = this.#tickets.list().findLast((other) => other < name && !left.has(other));
      if (before === undefined) return;
      await this.#untilLeft(before, signal);
      left.add(before);
    }
  }

  async #untilLeft(name: string, signal: AbortSignal): Promise<void> {
    const fd = this.#open(name);
    if (fd === undefined) return;
    try {
      await runFlock('wait', fd, signal);
      // Of one that was killed.
      if (isStillAt(this.#tickets.pathOf(name), fd)) this.#remove(name);
    } finally {
      closeSync(fd);
    }
  }

  /** Before we have locked our ticket, it looks like that of a dead job and may be taken away: then we take another. */
  async #takeTicket(signal: AbortSignal): Promise<Ticket | undefined> {
    this.#tickets.prepare();
    for (;;) {
      const name = this.#tickets.next(this.#random);
      const fd = this.#create(name);
      if (fd === undefined) return undefined;
      let isOurs = false;
      try {
        isOurs = (await runFlock('wait', fd, signal)) && isStillAt(this.#tickets.pathOf(name), fd);
        if (isOurs) return { name, fd };
      } finally {
        if (!isOurs) {
          this.#remove(name);
          closeSync(fd);
        }
      }
    }
  }

  #create(name: string): number | undefined {
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      return openShared(this.#tickets.pathOf(name), flags, 0o644);
    } catch {
      return undefined;
    }
  }

  /** Undefined for one that has left, or that nobody can wait for. */
  #open(name: string): number | undefined {
    try {
      return openShared(this.#tickets.pathOf(name));
    } catch (error) {
      if (['ENOENT', 'EACCES', 'FOREIGN'].includes(codeOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  #remove(name: string): void {
    try {
      rmSync(this.#tickets.pathOf(name), { force: true });
    } catch {
      // Not ours to remove; nobody holds its lock, so that nobody waits for it.
    }
  }
}
