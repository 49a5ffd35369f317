/** Of a watch, a line is an object: this is several times what is stored of one. */
const defaultMaximumBytes = 16 * 1024 * 1024;

/**
 * The lines of a byte stream, without their newlines; what follows the last newline was cut short and is dropped. Throws when
 * a line is longer than `maximumBytes`: whoever writes no newline would have all of it kept.
 */
export async function* lines(
  chunks: AsyncIterable<Buffer>,
  maximumBytes = defaultMaximumBytes,
): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8');
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > maximumBytes) throw new Error(`a line is longer than ${maximumBytes} bytes`);
  }
}
