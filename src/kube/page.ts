import { parseAnswer } from './answer.ts';
import { requireAsked } from './require-asked.ts';
import type { Asked } from './require-asked.ts';
import { KubeError } from './error.ts';
import type { Call } from './error.ts';
import { isRecord } from './object.ts';
import type { KubeObject } from './object.ts';
import { findItems } from './split-items.ts';

/** One page of a list. */
export interface Page {
  readonly items: Iterable<KubeObject>;
  readonly resourceVersion: string;
  /** Where the next page begins; undefined on the last one. */
  readonly continueToken: string | undefined;
  /** How much it is. */
  readonly objects: number;
  readonly bytes: number;
}

/**
 * Reads all of a page but its items, which are parsed one by one as they are wanted: objects that die young cost next to
 * nothing, and a whole page of them outlives the young generation. Throws KubeError.
 */
export function readPage(call: Call, asked: Asked, body: Buffer): Page {
  const found = findItems(body);
  const rest = found
    ? body.toString('utf8', 0, found.from) + body.toString('utf8', found.to)
    : body.toString();
  const list = parseAnswer(call, rest);
  if (!found || !isRecord(list) || !isRecord(list.metadata)) throw notAList(call);
  if (list.kind !== `${asked.kind}List`) throw notAList(call);
  const { resourceVersion, continue: token } = list.metadata;
  return {
    items: itemsOf(call, asked, body, found.bounds, list),
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
    objects: found.bounds.length / 2,
    bytes: body.byteLength,
    continueToken: typeof token === 'string' && token !== '' ? token : undefined,
  };
}

/** Items of a list carry neither kind nor apiVersion; the list's own are theirs. */
function* itemsOf(
  call: Call,
  asked: Asked,
  body: Buffer,
  bounds: readonly number[],
  list: Readonly<Record<string, unknown>>,
): Generator<KubeObject> {
  const apiVersion = String(list.apiVersion);
  try {
    for (let index = 0; index < bounds.length; index += 2) {
      const item = parseAnswer(call, body.toString('utf8', bounds[index], bounds[index + 1]));
      if (!isRecord(item) || !isRecord(item.metadata)) throw notAList(call);
      const object = { apiVersion, kind: asked.kind, ...item } as KubeObject;
      requireAsked(call, asked, object);
      yield object;
    }
  } finally {
    release(body);
  }
}

/** Gives the memory back at once: it lies outside the heap, and a collector that sees only the heap has no hurry. */
function release({ buffer, byteLength }: Buffer): void {
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isWhole) buffer.transfer(0);
}

function notAList(call: Call): KubeError {
  const fields = { status: 200, reason: 'UnexpectedAnswer', retryable: false, ...call };
  return new KubeError(`${call.method} ${call.path}: the answer is not a list`, fields);
}
