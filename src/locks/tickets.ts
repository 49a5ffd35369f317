import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../system.ts';
import { codeOf } from './code-of.ts';

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
      return readdirSync(this.directory)
        .filter((name) => /^\d{12}-[a-z0-9]{12}$/.test(name))
        .sort();
    } catch (error) {
      if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(codeOf(error) ?? '')) return [];
      throw error;
    }
  }

  next(random: Random): string {
    const highest = Number(this.list().at(-1)?.slice(0, 12) ?? 0);
    return `${String(highest + 1).padStart(12, '0')}-${random.id(12)}`;
  }

  /** For jobs of every user, as the lock files are. Fails in silence: then nobody can queue here. */
  prepare(): void {
    try {
      mkdirSync(this.directory);
      chmodSync(this.directory, 0o777);
    } catch {
      // It is there, or the first ticket fails as well.
    }
  }
}
