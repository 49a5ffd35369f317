import { humanDuration } from '../core/human-duration.ts';
import { quoted, shown } from '../core/quoted.ts';

/** That a dump waits for a lock, and who holds it, as far as the server says that. */
export interface Wait {
  readonly seconds: number;
  /** `table`, or another kind of thing; `object` for what is none that has a name of its own. */
  readonly kind: string;
  readonly name: string;
  /** How sure it is that the session is the one: `perhaps` when it is the likeliest. */
  readonly certainty: 'session' | 'perhaps' | 'prepared' | 'unknown';
  readonly session: string;
  readonly user: string;
  readonly application: string;
  readonly client: string;
  /** What it does, in the server's words: `idle in transaction`. */
  readonly state: string;
  /** How long its transaction has been open. */
  readonly openSeconds: number | undefined;
  /** How many more there are. */
  readonly others: number;
}

const certainties = ['session', 'perhaps', 'prepared', 'unknown'] as const;

/** Of a line of the dump script: its fields in the order of `Wait`, with tabs between. No query is among them, as it may hold data. */
export function parseWait(line: string): Wait | undefined {
  const fields = line.split('\t');
  const [seconds = '', kind = '', name = '', certainty, session = '', user = '', application = ''] = fields;
  const [client = '', state = '', open = '', others = '0'] = fields.slice(7);
  if (!/^\d{1,9}$/.test(seconds)) return undefined;
  return {
    seconds: Number(seconds),
    kind,
    name,
    certainty: certainties.find((one) => one === certainty) ?? 'unknown',
    session,
    user,
    application,
    client,
    state,
    openSeconds: /^\d{1,9}$/.test(open) ? Number(open) : undefined,
    others: /^\d{1,9}$/.test(others) ? Number(others) : 0,
  };
}

/** `a lock on table 'public.orders', held by session 4711 of user 'shop' (idle in transaction)` */
export function waitWords(wait: Wait): string {
  return `a lock on ${lockWords(wait)}, ${holderWords(wait)}`;
}

function lockWords({ kind, name }: Wait): string {
  return kind === 'object' ? `something of kind ${quoted(name)}` : `${shown(kind, 20)} ${quoted(name)}`;
}

function holderWords(wait: Wait): string {
  const { certainty, others } = wait;
  if (certainty === 'prepared') return 'held by a prepared transaction, see pg_prepared_xacts';
  if (certainty === 'unknown')
    return others > 0
      ? `held by one of ${others} other sessions, of which the server does not say which`
      : 'held by a session that the server does not name';
  const more = others > 0 ? `, and by ${others} more` : '';
  const held = certainty === 'session' ? 'held by' : 'perhaps held by';
  return `${held} ${sessionWords(wait)}${more}`;
}

function sessionWords({ session, user, application, client, state, openSeconds }: Wait): string {
  const about = [
    application && `application ${quoted(application)}`,
    client && `from ${shown(client, 60)}`,
    state && shown(state, 60),
    openSeconds !== undefined && `its transaction open for ${humanDuration(openSeconds * 1000)}`,
  ].filter(Boolean);
  const who = user === '' ? '' : ` of user ${quoted(user)}`;
  return `session ${shown(session, 20)}${who}${about.length > 0 ? ` (${about.join(', ')})` : ''}`;
}

/** What the script has said of its waiting. */
export interface Waiting {
  /** Undefined while it does not wait. */
  readonly wait?: Wait;
  /** For how long the server has not answered, and the dump has not grown. */
  readonly unansweredSeconds?: number;
}

/** Why a dump was given up, as the end of a sentence; `setting` is its limit. */
export function waitedWords({ wait, unansweredSeconds = 0 }: Waiting, setting: string): string {
  if (wait)
    return `it waited ${humanDuration(wait.seconds * 1000)} for ${waitWords(wait)}, longer than ${setting} allows; end that session or its transaction, or set ${setting} to more`;
  return `the dump has not grown for ${humanDuration(unansweredSeconds * 1000)}, and the server does not answer who holds it up, longer than ${setting} allows; look at what the server does, or set ${setting} to more`;
}

/** How often a wait that lasts is said. */
const everyMilliseconds = 60_000;

/** Which of the looks at a dump that waits is said: the first, one each minute, and the first of another lock or holder. */
export class WaitReports {
  #said: { readonly what: string; readonly at: number } | undefined;

  isDue({ kind, name, session }: Wait, at: number): boolean {
    const what = `${kind} ${name} ${session}`;
    if (this.#said?.what === what && at - this.#said.at < everyMilliseconds) return false;
    this.#said = { what, at };
    return true;
  }

  /** Whether a wait that was said is over. */
  end(): boolean {
    const wasSaid = this.#said !== undefined;
    this.#said = undefined;
    return wasSaid;
  }
}
