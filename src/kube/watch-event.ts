import { errorFromNetwork, errorFromStatus } from './error.ts';
import type { Call } from './error.ts';
import { isKubeObject, isRecord, isStatus } from './object.ts';
import type { KubeObject } from './object.ts';

/** One line of a watch: `{"type":"ADDED","object":{…}}`. */
export interface RawEvent {
  /** ADDED, MODIFIED, DELETED or BOOKMARK. */
  readonly type: string;
  readonly object: KubeObject;
}

/** Throws what an ERROR event says (a 410 is the usual one: our resourceVersion is too old), or that it is not an event. */
export function parseEvent(line: string, call: Call): RawEvent {
  const event = parse(line, call);
  if (!isRecord(event)) throw errorFromNetwork(call, new Error('a watch event is not an object'));
  if (event.type === 'ERROR' && isStatus(event.object)) throw errorFromStatus(call, event.object);
  if (!isKubeObject(event.object)) throw errorFromNetwork(call, new Error('a watch event carries no object'));
  return { type: String(event.type), object: event.object };
}

function parse(line: string, call: Call): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw errorFromNetwork(call, error);
  }
}
