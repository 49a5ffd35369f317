import { setField } from '../value-at.ts';
import { fieldsOf, type WireField } from './wire.ts';

type Scalar = 'string' | 'base64' | 'integer' | 'boolean';

/** How a field is read: `list` and `map` are of texts, a map of `base64` has bytes for values, `[Message]` is a list. */
type Kind = Scalar | 'list' | 'map' | 'base64 map' | Message | readonly [Message];

/** The fields of a message that can be read, by their numbers in Kubernetes' `generated.proto`. */
export interface Message {
  readonly [number: number]: readonly [name: string, kind: Kind];
}

/** A message has a field that its schema does not know. */
export class UnknownField extends Error {}

/** The object that a message stands for; what is empty is left out, as it is in JSON. */
export function decode(message: Message, bytes: Buffer): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const field of fieldsOf(bytes)) {
    const known = message[field.number];
    if (known) add(object, known, field);
    else if (!isEmpty(field)) throw new UnknownField(`field ${field.number} of a message of protobuf`);
  }
  return object;
}

function add(object: Record<string, unknown>, [name, kind]: readonly [string, Kind], field: WireField): void {
  const { value } = field;
  if (kind === 'list' || isListOfMessages(kind)) {
    const item = kind === 'list' ? text(value) : decode(kind[0], bytesOf(value));
    object[name] = [...((object[name] as unknown[] | undefined) ?? []), item];
  } else if (kind === 'map' || kind === 'base64 map') {
    const [key, entry] = entryOf(value, kind === 'map' ? 'string' : 'base64');
    const map = (object[name] ??= {}) as Record<string, unknown>;
    setField(map, key, entry);
  } else if (!isEmpty(field)) {
    object[name] = single(kind, value);
  }
}

function isListOfMessages(kind: Kind): kind is readonly [Message] {
  return Array.isArray(kind);
}

function single(kind: Scalar | Message, value: bigint | Buffer): unknown {
  if (kind === 'integer') return Number(value);
  if (kind === 'boolean') return value !== 0n;
  if (kind === 'string') return text(value);
  return kind === 'base64' ? bytesOf(value).toString('base64') : decode(kind, bytesOf(value));
}

/** A map is a list of messages that have a key and a value. */
function entryOf(value: bigint | Buffer, kind: 'string' | 'base64'): [string, unknown] {
  const { key = '', value: entry = '' } = decode(
    { 1: ['key', 'string'], 2: ['value', kind] },
    bytesOf(value),
  );
  return [String(key), entry];
}

function isEmpty({ value }: WireField): boolean {
  return typeof value === 'bigint' ? value === 0n : value.length === 0;
}

function text(value: bigint | Buffer): string {
  return bytesOf(value).toString('utf8');
}

function bytesOf(value: bigint | Buffer): Buffer {
  if (typeof value === 'bigint')
    throw new RangeError('a field of protobuf is a number where bytes should be');
  return value;
}
