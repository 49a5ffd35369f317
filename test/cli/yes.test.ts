import { expect, test } from 'vitest';
import { readCall } from '../support/read-call.ts';

test.each([
  ['retain', []],
  ['mark-and-delete', []],
  ['delete', ['night']],
  ['delete-orphan', ['content']],
  ['postgres', ['restore']],
  ['mysql', ['restore']],
])('%s is confirmed by --yes alone, and by nobody who has not given it', async (command, words) => {
  const call = async (...more: string[]) => (await readCall([command, ...words, ...more])).settings;
  expect(await call()).toMatchObject({ yes: false });
  expect(await call('--yes')).toMatchObject({ yes: true });
});
