import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { Handshake } from '../../../src/databases/operations/handshake.ts';
import { shellSays } from '../../../src/databases/scripts/shell.ts';

const { ready, open } = shellSays;

async function hear(pieces: readonly string[]) {
  let seen = '';
  const screen = new PassThrough().on('data', (chunk: Buffer) => (seen += chunk.toString()));
  const handshake = new Handshake(screen);
  const told: string[] = [];
  void handshake.ready.then(() => told.push('ready'));
  void handshake.open.then(() => told.push('open'));
  for (const piece of pieces) handshake.write(piece);
  await new Promise<void>((resolve) => handshake.end(resolve));
  screen.end();
  await finished(screen);
  return { seen, told, words: handshake.words };
}

const bytewise = (text: string) => Array.from(text);

test.each<[string, readonly string[], Awaited<ReturnType<typeof hear>>]>([
  ['nothing yet', [], { seen: '', told: [], words: '' }],
  ['that it is ready', [`${ready}\r\n`], { seen: '', told: ['ready'], words: '' }],
  ['a refusal', ['no ', 'psql\n', 'here'], { seen: '', told: [], words: 'no psql; here' }],
  ['all at once', [`${ready}\n${open}\nshop=# `], { seen: 'shop=# ', told: ['ready', 'open'], words: '' }],
  ['byte by byte', bytewise(`${ready}\n${open}\nhi\n`), { seen: 'hi\n', told: ['ready', 'open'], words: '' }],
  ['a warning before', [`hm\n${open}\n`, 'a\nb'], { seen: 'a\nb', told: ['open'], words: '' }],
  [
    'its words again, once open',
    [`${open}\n`, `${open}\n`],
    { seen: `${open}\n`, told: ['open'], words: '' },
  ],
])('of a shell that says %s, the person sees what comes once it is open', async (_, pieces, expected) => {
  expect(await hear(pieces)).toEqual(expected);
});
