import { expect, it, vi } from 'vitest';
import type { Caller } from '../../../src/caller.ts';
import { callerOn } from '../../../src/cli/terminal/caller.ts';
import { TestClock } from '../../kube/test-clock.ts';
import { fakeTerminal, type FakeTerminal } from '../../support/fake-terminal.ts';

const { signal } = new AbortController();
const asking = (terminal: FakeTerminal, yes = false): Caller =>
  callerOn(terminal, { clock: new TestClock(), signal }, { yes });
const question = { sentence: 'Delete it?', details: undefined };

it.each(['y', 'Y', 'yes', ' YES '])("'%s' is a yes", async (answer) => {
  const fake = fakeTerminal(answer);
  await expect(asking(fake).confirm(question)).resolves.toBeUndefined();
  expect(fake.asked).toEqual(['Delete it? [y/N] ']);
});

it.each(['', 'n', 'no', 'yep', 'y n', 'ja'])("'%s' is none", async (answer) => {
  const asked = asking(fakeTerminal(answer)).confirm(question);
  await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
});

it('nobody is asked who has said yes before', async () => {
  const fake = fakeTerminal();
  await asking(fake, true).confirm({ ...question, name: 'shop' });
  expect(fake.asked).toEqual([]);
});

it('without a terminal, and without a yes before, it is wrong usage before anything is looked at', () => {
  expect(() => asking(fakeTerminal())).toThrow(
    expect.objectContaining({ reason: 'settings', message: expect.stringContaining('--yes') as string }),
  );
});

it('a name that is typed is a yes to that name, and nothing else is', async () => {
  const fake = fakeTerminal(' shop ');
  const named = { sentence: 'Replace it?', name: 'shop', details: undefined };
  await expect(asking(fake).confirm(named)).resolves.toBeUndefined();
  expect(fake.asked).toEqual(["Replace it?\nType 'shop' to go ahead: "]);
  for (const answer of ['', 'y', 'yes', 'Shop', 'shops']) {
    await expect(asking(fakeTerminal(answer)).confirm(named)).rejects.toMatchObject({ reason: 'cancelled' });
  }
});

it('a command may put the question in words of its own, of what it is about', async () => {
  const fake = fakeTerminal('yes');
  const words = (names: readonly string[]) => `Delete ${names.join(' and ')}?`;
  const caller = callerOn(fake, { clock: new TestClock(), signal }, { yes: false, words });
  await caller.confirm({ sentence: 'Delete them?', details: ['a', 'b'] });
  expect(fake.asked).toEqual(['Delete a and b? [y/N] ']);
});

it('a command that asks nothing needs nobody, and what is asked nevertheless is refused', async () => {
  const caller = callerOn(fakeTerminal(), { clock: new TestClock(), signal });
  await expect(caller.confirm(question)).rejects.toMatchObject({ reason: 'settings' });
});

it.each([
  ['bytes of all', { done: 1_048_576, total: 4_194_304 }, 'dump  1.0 MiB of 4.0 MiB, 2.0 MiB/s'],
  ['bytes', { done: 2048 }, 'dump  2.0 KiB, 4.0 KiB/s'],
  ['time alone', undefined, 'dump  500ms'],
])('progress is a line with %s, until the step is over', async (_, amount, line) => {
  const fake = fakeTerminal();
  const clock = new TestClock(() => false);
  const step = callerOn(fake, { clock, signal }).progress('dump', amount && (() => amount));
  await clock.sleeping(500);
  clock.advance(500);
  await vi.waitUntil(() => fake.shown.length > 0);
  step[Symbol.dispose]();
  expect(fake.shown).toEqual([line]);
});
