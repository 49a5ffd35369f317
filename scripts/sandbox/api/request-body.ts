import type { IncomingMessage } from 'node:http';
import { isRecord, type KubeObject } from '../../../src/kube/object.ts';
import { rulesOf } from '../objects/rules/rules-of.ts';
import { apiVersionOf, type Definition } from '../objects/definition.ts';
import { ApiError, badRequest } from '../objects/api-error.ts';
import { readProtobuf } from '../protobuf/read-protobuf.ts';

/** The body as JSON, whatever the client made of it. Throws ApiError 415 for what cannot be read. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (body.length === 0 || !/protobuf|cbor/.test(request.headers['content-type'] ?? ''))
    return body.toString('utf8');
  const object = readProtobuf(body);
  if (object) return JSON.stringify(object);
  throw new ApiError(415, 'UnsupportedMediaType', jsonOnly);
}

/** For a person at kubectl, which sends as protobuf what it has made itself, and as JSON what it was given. */
const jsonOnly =
  'the sandbox reads this kind as JSON only, and got protobuf; let kubectl print the object, and create what it printed: kubectl create ... --dry-run=client -o json | kubectl create -f -';

/** An empty body is an empty object. Throws ApiError 400. */
export function parseJson(body: string): unknown {
  try {
    return body === '' ? {} : (JSON.parse(body) as unknown);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized: couldn't get version/kind; json parse error: ${(error as Error).message}`,
    );
  }
}

/** The object that a create or an update is about; it may leave out its kind. */
export function parseObject(body: string, definition: Definition): KubeObject {
  const object = parseJson(body);
  if (!isRecord(object)) throw badRequest('the body of the request is not an object');
  const expected = apiVersionOf(definition);
  const { apiVersion = expected, kind = definition.kind, metadata = {} } = object;
  const what = `${String(kind)} in version "${String(apiVersion)}" cannot be handled as a ${definition.kind}`;
  if (apiVersion !== expected || kind !== definition.kind) {
    throw badRequest(`${what}: converting (${String(kind)}) to (${definition.kind}): unknown conversion`);
  }
  if (!isRecord(metadata)) throw badRequest(`${what}: metadata is not an object`);
  const found = { ...object, apiVersion, kind: definition.kind, metadata };
  const misshape = rulesOf(definition).misshape?.(found);
  if (misshape !== undefined) throw badRequest(`${what}: ${misshape}`);
  return found;
}
