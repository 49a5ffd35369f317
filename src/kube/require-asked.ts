import { quoted } from '../core/quoted.ts';
import { errorFromObject, KubeError } from './error.ts';
import type { Call } from './error.ts';
import { wrongField } from './metadata.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resources.ts';

/** What was asked for; of a list without a namespace, or a name, any will do. */
export interface Asked extends Resource {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * Compares what came with what was asked for, before anything is done to it: what a proxy, a redirected path or a mistake of
 * ours has put in its place would be taken for it. Throws KubeError 'UnexpectedAnswer', or 'UnreadableObject' for one with
 * metadata that no API server gives.
 */
export function requireAsked(call: Call, asked: Asked, { apiVersion, kind, metadata }: KubeObject): void {
  const { group, version } = asked;
  const wanted = group === '' ? version : `${group}/${version}`;
  if (apiVersion !== wanted || kind !== asked.kind) {
    throw unexpected(call, `${asked.kind} of ${wanted}`, `${quoted(kind)} of ${quoted(apiVersion)}`);
  }
  requirePlace(call, asked, metadata);
}

/** As `requireAsked`, where the kind is another one: a subresource, as `scale`. */
export function requirePlace(call: Call, asked: Asked, metadata: KubeObject['metadata']): void {
  const wrong = wrongField(metadata);
  if (wrong !== undefined) {
    const where = metadata.namespace === undefined ? '' : ` in namespace ${quoted(metadata.namespace)}`;
    const what = `${asked.kind} ${quoted(metadata.name)}${where}`;
    throw errorFromObject(what, `its metadata.${wrong} has a type that it has nowhere`, call);
  }
  if (asked.namespace !== undefined && metadata.namespace !== asked.namespace) {
    throw unexpected(call, `namespace ${quoted(asked.namespace)}`, `that of ${quoted(metadata.namespace)}`);
  }
  if (asked.name !== undefined && metadata.name !== asked.name) {
    throw unexpected(
      call,
      `${asked.kind} ${quoted(asked.name)}`,
      `that of the name ${quoted(metadata.name)}`,
    );
  }
}

function unexpected(call: Call, asked: string, came: string): KubeError {
  const fields = { status: 200, reason: 'UnexpectedAnswer', retryable: false, ...call };
  const what = `the answer is not ${asked} but ${came}, so nothing is done with it`;
  return new KubeError(`${call.method} ${call.path}: ${what}; see what stands before the API server`, fields);
}
