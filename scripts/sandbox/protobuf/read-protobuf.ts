import { decode, UnknownField } from './schema.ts';
import { readableKinds } from './kinds.ts';

/** What Kubernetes' protobuf begins with. */
const magic = Buffer.from('k8s\0');

const typeMeta = { 1: ['apiVersion', 'string'], 2: ['kind', 'string'] } as const;
const envelope = { 1: ['typeMeta', typeMeta], 2: ['raw', 'base64'] } as const;

/** An object that a client sent as protobuf; undefined when it is of a kind, or has a field, that is not known here. */
export function readProtobuf(body: Buffer): object | undefined {
  if (!body.subarray(0, magic.length).equals(magic)) return undefined;
  try {
    const { typeMeta: type, raw = '' } = decode(envelope, body.subarray(magic.length));
    const { apiVersion = '', kind = '' } = (type ?? {}) as { apiVersion?: string; kind?: string };
    const message = readableKinds[`${apiVersion}/${kind}`];
    return message && { apiVersion, kind, ...decode(message, Buffer.from(raw as string, 'base64')) };
  } catch (error) {
    if (error instanceof UnknownField || error instanceof RangeError) return undefined;
    throw error;
  }
}
