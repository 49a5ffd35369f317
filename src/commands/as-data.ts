import { jsonPieces } from '../json-pieces.ts';

/** A result for programs, in pieces: one line of JSON, or a document of YAML without a line break at its end. */
export async function asData(result: object, output: string): Promise<Iterable<string>> {
  if (output !== 'yaml') return jsonPieces(result);
  const { dump } = await import('js-yaml');
  return [dump(result, { lineWidth: 120, noRefs: true, skipInvalid: true }).trimEnd()];
}
