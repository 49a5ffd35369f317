import { errorFromNetwork } from './error.ts';
import type { Call } from './error.ts';

/** Enough for any explanation that an API server or a proxy gives. */
const maxWordsBytes = 64 * 1024;

/** The start of an error's body; what cannot be read is left out, for the status alone says enough. */
export async function readWords(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxWordsBytes) break;
    }
  } catch {
    // Half an explanation is still one.
  }
  return Buffer.concat(chunks).toString('utf8', 0, maxWordsBytes);
}

/** An answer that does not parse was cut short on its way: a proxy can end it without a trace. */
export function parseAnswer(call: Call, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw errorFromNetwork(call, new Error('the answer is not JSON, or was cut short', { cause: error }));
  }
}
