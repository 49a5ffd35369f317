import type { Context } from '../../context.ts';
import type { ToCome } from '../engine.ts';
import type { LocalSource } from './local-source.ts';

/** A dump that is not in the database's container yet, and is brought there once everything has been agreed. */
export interface DumpToCome {
  /** How a sentence begins with it: `The dump 'x.sql.gz'`. */
  readonly what: string;
  /** What the database is replaced by: `the dump 'x.sql.gz'`. */
  readonly words: string;
  /** For the result. */
  readonly from: string;
  readonly toCome: ToCome['toCome'];
  /** Whoever opens it disposes of it, as soon as it has been read. */
  open(context: Context): Promise<LocalSource & AsyncDisposable>;
}

/** Where else a dump is: gives the one of this database. Throws UserError 'preflight' when there is none. */
export type Elsewhere = (database: string) => DumpToCome;

/** Of this machine. */
export function localDump(from: string, local: LocalSource): DumpToCome {
  return {
    what: local.what,
    words: `the dump '${from}'`,
    from,
    toCome: local.properties ? 'with properties' : 'alone',
    open: () => Promise.resolve({ ...local, [Symbol.asyncDispose]: () => Promise.resolve() }),
  };
}
