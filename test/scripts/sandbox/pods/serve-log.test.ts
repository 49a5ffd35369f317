import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readLog } from '../../../../scripts/sandbox/pods/serve-log.ts';
import type { LogOptions } from '../../../../scripts/sandbox/pods/serve-log.ts';

/** A log, and the container that writes it. */
class TestLog implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'log-'));
  readonly file = join(this.#folder, 'log');
  readonly #ended = Promise.withResolvers<void>();
  readonly reader = new AbortController();
  #isRunning = true;

  constructor(content: string) {
    writeFileSync(this.file, content);
  }

  read(options: Partial<LogOptions>): AsyncIterable<Buffer> {
    return readLog(this.file, {
      follow: false,
      isRunning: () => this.#isRunning,
      ended: this.#ended.promise,
      signal: this.reader.signal,
      ...options,
    });
  }

  end(lastWords: string): void {
    appendFileSync(this.file, lastWords);
    this.#isRunning = false;
    this.#ended.resolve();
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

test('without following, the log ends with what is there', async () => {
  using log = new TestLog('one\ntwo\n');
  expect(await text(log.read({}))).toBe('one\ntwo\n');
});

test('a log of several megabytes comes whole', async () => {
  const content = Array.from({ length: 500_000 }, (_, index) => `line ${index}\n`).join('');
  using log = new TestLog(content);
  expect((await buffer(log.read({ follow: false }))).equals(Buffer.from(content))).toBe(true);
});

test('following goes on to the last words of the container', async () => {
  using log = new TestLog('one\n');
  let seen = '';
  for await (const chunk of log.read({ follow: true })) {
    seen += chunk.toString();
    if (seen === 'one\n') appendFileSync(log.file, 'two\n');
    if (seen.endsWith('two\n')) log.end('three');
  }
  expect(seen).toBe('one\ntwo\nthree');
});

test('following a container that has ended is reading', async () => {
  using log = new TestLog('one\n');
  log.end('two\n');
  expect(await text(log.read({ follow: true }))).toBe('one\ntwo\n');
});

test.each<[string, Partial<LogOptions>]>([
  ['does not run', { isRunning: () => false }],
  ['has ended', { ended: Promise.resolve() }],
])('following a container that %s ends', async (_, options) => {
  using log = new TestLog('one\n');
  expect(await text(log.read({ follow: true, ...options }))).toBe('one\n');
});

test('following ends with its reader', async () => {
  using log = new TestLog('one\n');
  let seen = '';
  for await (const chunk of log.read({ follow: true })) {
    seen += chunk.toString();
    log.reader.abort();
  }
  expect(seen).toBe('one\n');
});

test.each([
  ['one\ntwo\nthree\n', 2, 'two\nthree\n'],
  ['one\ntwo\nthree', 2, 'two\nthree'],
  ['one\ntwo\n', 2, 'one\ntwo\n'],
  ['one\n\n\n', 2, '\n\n'],
  ['\none\n', 2, '\none\n'],
  ['one\n', 9, 'one\n'],
  ['one\n', 0, ''],
  ['', 5, ''],
  [`first\n${'x'.repeat(200_000)}\nlast\n`, 2, `${'x'.repeat(200_000)}\nlast\n`],
  [`first\n${'x'.repeat(65_535)}\n`, 1, `${'x'.repeat(65_535)}\n`],
])('a log of %j has a tail of %i lines', async (content, tailLines, expected) => {
  using log = new TestLog(content);
  expect(await text(log.read({ tailLines }))).toBe(expected);
});

test('following begins with the tail', async () => {
  using log = new TestLog('one\ntwo\n');
  let seen = '';
  for await (const chunk of log.read({ follow: true, tailLines: 1 })) {
    seen += chunk.toString();
    if (seen === 'two\n') log.end('three\n');
  }
  expect(seen).toBe('two\nthree\n');
});
