import { jsonPieces } from '../core/json-pieces.ts';
import { harmless, harmlessJson } from '../core/terminal-text.ts';

/**
 * A result for programs, in pieces: one line of JSON, or a document of YAML without a line break at its end. Foreign text in
 * it is as it was, and steers no terminal on which somebody looks at it.
 */
export async function asData(result: object, output: string): Promise<Iterable<string>> {
  return output === 'yaml' ? [await asYaml(result)] : jsonPieces(result).map(harmlessJson);
}

/** Only between double quotes can YAML say what a character is without having it. */
async function asYaml(result: object): Promise<string> {
  const { dump } = await import('js-yaml');
  const options = { lineWidth: 120, noRefs: true, skipInvalid: true };
  const plain = dump(result, options).trimEnd();
  if (plain === harmless(plain)) return plain;
  return harmlessJson(dump(result, { ...options, forceQuotes: true, quoteStyle: 'double' })).trimEnd();
}
