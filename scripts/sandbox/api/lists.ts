import { randomUUID } from 'node:crypto';
import { isRecord } from '../../../src/kube/object.ts';
import type { Clock } from '../../../src/core/system.ts';
import type { Entry } from '../storage/entry.ts';
import type { Store } from '../storage/store.ts';
import { ApiError, badRequest } from '../objects/api-error.ts';
import { placeOf, type Definition } from '../objects/definition.ts';
import { hasSelection, type Selection } from './selection.ts';

export interface Page {
  readonly entries: readonly Entry[];
  readonly resourceVersion: string;
  /** Undefined on the last page. */
  readonly continueToken: string | undefined;
  /** Undefined when it is not known: with a selector. */
  readonly remaining: number | undefined;
}

/** What a list in pages looks at from its first page to its last. */
interface View {
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly revision: number;
  readonly expires: number;
}

interface Token {
  /** Of the view; none for one that is to be made of the present state. */
  readonly view: string | undefined;
  /** Key of the last object of the page before. */
  readonly after: string;
}

/** As long as etcd keeps old revisions for an API server. */
const viewLifeMs = 5 * 60_000;
const maximumViews = 100;

/** Lists in pages, all of which show the moment of the first. */
export class Lists {
  readonly #views = new Map<string, View>();
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  page(
    definition: Definition,
    selection: Selection,
    { limit, token }: { limit: number; token: string | undefined },
  ): Page {
    const from = token === undefined ? undefined : parseToken(token);
    const view = this.#view(definition, selection, from);
    const entries: Entry[] = [];
    let position = from === undefined ? 0 : positionAfter(view.entries, from.after);
    while (position < view.entries.length && entries.length < (limit || Infinity)) {
      const entry = view.entries[position++];
      if (entry && selection.matches(entry)) entries.push(entry);
    }
    const resourceVersion = String(view.revision);
    const remaining = remainingFrom(position, view, selection);
    if (remaining === 0) return { entries, resourceVersion, continueToken: undefined, remaining: undefined };
    this.#views.set(view.id, view);
    const continueToken = tokenOf({ view: view.id, after: entries.at(-1)?.key ?? '' });
    return {
      entries,
      resourceVersion,
      continueToken,
      remaining: hasSelection(selection) ? undefined : remaining,
    };
  }

  /** Continue tokens given until now expire. */
  forgetViews(): void {
    this.#views.clear();
  }

  #view(definition: Definition, { namespace }: Selection, from: Token | undefined): View {
    const now = this.#clock.now().getTime();
    this.#forgetOld(now);
    if (from?.view !== undefined) return this.#views.get(from.view) ?? expired(from);
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    const entries = this.#store.collection(placeOf(definition)).snapshot(prefix);
    return { id: randomUUID(), entries, revision: this.#store.revision, expires: now + viewLifeMs };
  }

  #forgetOld(now: number): void {
    for (const [id, { expires }] of this.#views) {
      if (expires <= now || this.#views.size > maximumViews) this.#views.delete(id);
    }
  }
}

function expired({ after }: Token): never {
  throw new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    undefined,
    { continue: tokenOf({ view: undefined, after }) },
  );
}

/** With a selector it only says whether there is one more. */
function remainingFrom(position: number, { entries }: View, selection: Selection): number {
  if (!hasSelection(selection)) return entries.length - position;
  for (let next = position; next < entries.length; next++) {
    const entry = entries[next];
    if (entry && selection.matches(entry)) return 1;
  }
  return 0;
}

function positionAfter(entries: readonly Entry[], key: string): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.key ?? '') <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tokenOf(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function parseToken(text: string): Token {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const { view, after } = isRecord(token) ? token : {};
    const isView = view === undefined || typeof view === 'string';
    if (isView && typeof after === 'string') return { view, after };
  } catch {
    // Said below.
  }
  throw badRequest('invalid continue token: continue key is not valid: it was not given by this server');
}
