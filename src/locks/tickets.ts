import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../core/system.ts';
import { codeOf } from './code-of.ts';
import { isRealFolder, namesIn } from './shared-file.ts';

/** More than a node ever has jobs; whoever leaves more there cannot have us read them for ever. */
const maximumTickets = 10_000;

/**
 * Who waits for a slot has a ticket, a file in `<directory>/.waiting` whose name has the number after the highest one that
 * is there. Two that come in the same moment may have the same number, and go by the rest of their names.
 */
export class Tickets {
  readonly directory: string;

  constructor(lockDirectory: string) {
    this.directory = join(lockDirectory, '.waiting');
  }

  pathOf(name: string): string {
    return join(this.directory, name);
  }

  /** In their order; none when nobody has waited here yet. */
  list(): string[] {
    try {
      if (!isRealFolder(this.directory)) return [];
      return namesIn(this.directory, /^\d{12}-[a-z0-9]{12}$/, maximumTickets).sort();
    } catch (error) {
      if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(codeOf(error) ?? '')) return [];
      throw error;
    }
  }

  next(random: Random): string {
    const highest = Number(this.list().at(-1)?.slice(0, 12) ?? 0);
    return `${String(Math.min(highest + 1, 999_999_999_999)).padStart(12, '0')}-${random.id(12)}`;
  }

  /**
   * For jobs of every user, as the lock files are, who must be able to take away the ticket of a dead job: no sticky bit,
   * as a ticket that a stranger takes away costs only fairness. Fails in silence: then nobody can queue here.
   */
  prepare(): void {
    try {
      mkdirSync(this.directory);
      chmodSync(this.directory, 0o777);
    } catch {
      // It is there, or the first ticket fails as well.
    }
  }
}
