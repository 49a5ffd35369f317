import * as fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Facts, Tail } from '../../src/pods/script-output.ts';

/** Writes the bytes in pieces of these lengths, as frames of a WebSocket may cut them. */
function writeInPieces(sink: Facts | Tail, bytes: Buffer, lengths: readonly number[]): void {
  let start = 0;
  for (const length of [...lengths, bytes.length]) {
    sink.write(bytes.subarray(start, start + length));
    start += length;
  }
}

const lengths = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 60 });

describe('facts', () => {
  it('are the same however the output is cut into pieces', () => {
    fc.assert(
      fc.property(lengths, (pieces) => {
        const lines: string[] = [];
        const facts = new Facts((key, value) => lines.push(`${key}:${value}`));
        writeInPieces(facts, Buffer.from('directory=/data/a=b\nbytes=12\nend\n'), pieces);
        expect(lines).toEqual(['directory:/data/a=b', 'bytes:12']);
        expect(facts.get('directory')).toBe('/data/a=b');
        expect(facts.isComplete).toBe(true);
      }),
    );
  });

  it('keep characters of several bytes that are cut in two', () => {
    const bytes = Buffer.from('database=Größe-数据-🐘\nend\n');
    for (let cut = 1; cut < bytes.length; cut++) {
      const facts = new Facts();
      writeInPieces(facts, bytes, [cut]);
      expect(facts.get('database')).toBe('Größe-数据-🐘');
    }
  });

  it('are not complete without the word end on a line of its own', () => {
    for (const output of ['', 'bytes=1\n', 'end', 'bytes=1\nen', 'the end\n', 'x=end\n', ' end\n']) {
      const facts = new Facts();
      facts.write(output);
      expect(facts.isComplete).toBe(false);
    }
  });

  it('do not count a line that has not ended', () => {
    const facts = new Facts();
    facts.write('bytes=12');
    expect(facts.get('bytes')).toBeUndefined();
    facts.write('34\n');
    expect(facts.get('bytes')).toBe('1234');
  });

  it('pass over lines that are none', () => {
    const facts = new Facts();
    facts.write('warning: something\n=x\n\nempty=\nkey=1\nkey=2\n');
    expect([facts.get(''), facts.get('empty'), facts.get('key')]).toEqual([undefined, '', '2']);
  });
});

describe('the tail of an output', () => {
  it('is its last characters, on one line', () => {
    const tail = new Tail();
    tail.write('pg_dump: error: one\n\n   two  \nthree\n');
    expect(tail.words()).toBe('pg_dump: error: one; two; three');
  });

  it('keeps no more than its limit', () => {
    const tail = new Tail(10);
    for (let count = 0; count < 100; count++) tail.write(`line ${count}\n`);
    expect(tail.words()).toBe('98; line 99'.slice(-10).trim());
  });

  it('is empty when there was nothing but blanks', () => {
    const tail = new Tail();
    tail.write(' \n\n');
    expect(tail.words()).toBe('');
  });

  it('keeps characters of several bytes that are cut in two', () => {
    const bytes = Buffer.from('FEHLER: Rolle »größe🐘« existiert nicht');
    for (let cut = 1; cut < bytes.length; cut++) {
      const tail = new Tail();
      writeInPieces(tail, bytes, [cut]);
      expect(tail.words()).toBe(bytes.toString());
    }
  });
});

it('a container that says more than any script of ours is not listened to', async () => {
  const line = Buffer.alloc(1024 * 1024, 'x');
  const facts = new Facts();
  const ended = new Promise<Error | undefined>((resolve) => {
    facts.on('error', resolve).on('finish', () => resolve(undefined));
  });
  for (let count = 0; count < 8 && !facts.destroyed; count++) {
    facts.write(line);
    await setImmediate();
  }
  facts.end();
  expect((await ended)?.message).toContain('says more than any of ours');
});
