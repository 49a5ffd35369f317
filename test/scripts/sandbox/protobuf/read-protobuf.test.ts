import { describe, expect, test } from 'vitest';
import { readProtobuf } from '../../../../scripts/sandbox/protobuf/read-protobuf.ts';

/** As protobuf writes it: number and type in one byte, then the length. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.of((number << 3) | 2, ...varint(bytes.length)), bytes]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function sent(apiVersion: string, kind: string, ...fields: Buffer[]): Buffer {
  const type = Buffer.concat([field(1, apiVersion), field(2, kind)]);
  const envelope = [field(1, type), field(2, Buffer.concat(fields)), field(3, ''), field(4, '')];
  return Buffer.concat([Buffer.from('k8s\0'), ...envelope]);
}

describe('what kubectl sends as protobuf', () => {
  test('is read: texts, lists, maps and numbers, without what is empty', () => {
    // From `kubectl auth can-i create pods`.
    const review = Buffer.from(
      `6b3873000a320a17617574686f72697a6174696f6e2e6b38732e696f2f7631121753656c665375626a656374416363657373526576696577
       123c0a100a0012001a0022002a00320038004200121e0a1c0a0473686f7012066372656174651a0022002a04706f647332003a001a080800
       12001a0020001a002200`.replaceAll(/\s/g, ''),
      'hex',
    );
    expect(readProtobuf(review)).toEqual({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: { resourceAttributes: { namespace: 'shop', verb: 'create', resource: 'pods' } },
      status: {},
    });
    const spec = Buffer.concat([field(1, 'one'), field(1, 'two'), Buffer.of(4 << 3, ...varint(600))]);
    expect(readProtobuf(sent('authentication.k8s.io/v1', 'TokenRequest', field(2, spec)))).toMatchObject({
      spec: { audiences: ['one', 'two'], expirationSeconds: 600 },
    });
  });

  test('keeps every byte of a secret, and every key of a map', () => {
    const entry = (key: string, value: Buffer) => field(2, Buffer.concat([field(1, key), field(2, value)]));
    const secret = sent(
      'v1',
      'Secret',
      entry('__proto__', Buffer.of(0, 255)),
      entry('none', Buffer.alloc(0)),
    );
    const { data } = readProtobuf(secret) as { data: Record<string, string> };
    expect(Object.entries(data)).toEqual([
      ['__proto__', 'AP8='],
      ['none', ''],
    ]);
  });

  test('is not read when it is of an unknown kind, has an unknown field, or is cut off', () => {
    const known = sent('v1', 'ServiceAccount', field(1, field(1, 'robot')));
    expect(readProtobuf(known)).toMatchObject({ metadata: { name: 'robot' } });
    expect(readProtobuf(sent('v1', 'Pod', field(1, field(1, 'robot'))))).toBeUndefined();
    expect(readProtobuf(sent('v1', 'ServiceAccount', field(2, field(3, 'secret'))))).toBeUndefined();
    expect(readProtobuf(known.subarray(0, 30))).toBeUndefined();
    expect(readProtobuf(Buffer.from('{}'))).toBeUndefined();
  });
});
