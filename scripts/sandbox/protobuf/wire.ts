/** One field as it lies in a message of protobuf: a number, or bytes whose meaning only a schema tells. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

const types = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The fields of a message, in their order. Throws RangeError for what is none. */
export function* fieldsOf(message: Buffer): Generator<WireField> {
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const tag = Number(varint(message, cursor));
    yield { number: tag >>> 3, value: valueOf(tag & 7, message, cursor) };
  }
}

function valueOf(type: number, message: Buffer, cursor: { at: number }): bigint | Buffer {
  switch (type) {
    case types.varint:
      return varint(message, cursor);
    case types.fixed64:
      return take(message, cursor, 8);
    case types.fixed32:
      return take(message, cursor, 4);
    case types.bytes:
      return take(message, cursor, Number(varint(message, cursor)));
    default:
      throw new RangeError(`a field of protobuf has no type ${type}`);
  }
}

function take(message: Buffer, cursor: { at: number }, length: number): Buffer {
  const end = cursor.at + length;
  if (end > message.length) throw new RangeError('a field of protobuf is cut off');
  const value = message.subarray(cursor.at, end);
  cursor.at = end;
  return value;
}

/** Seven bits of each byte, the lowest first. */
function varint(message: Buffer, cursor: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = message.readUInt8(cursor.at++);
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return value;
  }
}
