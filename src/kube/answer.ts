import { errorFromNetwork } from './error.ts';
import type { Call } from './error.ts';

/** Enough for any explanation that an API server or a proxy gives. */
const maxWordsBytes = 64 * 1024;

/** The start of an error's body; what cannot be read is left out, for the status alone says enough. */
export async function readWords(body: AsyncIterable<Buffer>): Promise<string> {
  return (await readExplanation(body)).words;
}

/** The same, and whether it came whole, as far as that can be told. */
export async function readExplanation(
  body: AsyncIterable<Buffer>,
): Promise<{ readonly words: string; readonly isWhole: boolean }> {
  let isWhole = true;
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
    isWhole = false;
  }
  const words = Buffer.concat(chunks).toString('utf8', 0, maxWordsBytes);
  return { words, isWhole: isWhole && !isCutJson(words) };
}

/** A proxy can end an answer without a trace. */
function isCutJson(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** An answer that does not parse was cut short on its way: a proxy can end it without a trace. */
export function parseAnswer(call: Call, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw errorFromNetwork(call, new Error('the answer is not JSON, or was cut short', { cause: error }));
  }
}
