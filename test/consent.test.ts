import { expect, it } from 'vitest';
import { consentOf } from '../src/consent.ts';
import type { Terminal } from '../src/terminal.ts';

const { signal } = new AbortController();

/** Somebody who gives this answer; undefined stands for a run without a terminal. */
function terminal(answer: string | undefined) {
  const asked: string[] = [];
  const ask = (question: string): Promise<string> => {
    asked.push(question);
    return Promise.resolve(answer ?? '');
  };
  const print = () => Promise.resolve(true);
  const fake: Terminal = { colour: false, canAsk: answer !== undefined, print, note: () => {}, ask };
  return { fake, asked };
}

it.each(['y', 'Y', 'yes', ' YES '])("'%s' is a yes", async (answer) => {
  const { fake, asked } = terminal(answer);
  await expect(consentOf(fake, false, signal)('Delete it?')).resolves.toBeUndefined();
  expect(asked).toEqual(['Delete it? [y/N] ']);
});

it.each(['', 'n', 'no', 'yep', 'y n', 'ja'])("'%s' is none", async (answer) => {
  const consent = consentOf(terminal(answer).fake, false, signal);
  await expect(consent('Delete it?')).rejects.toMatchObject({ reason: 'cancelled' });
});

it('nobody is asked who has said yes before', async () => {
  const { fake, asked } = terminal(undefined);
  await consentOf(fake, true, signal)('Delete it?');
  expect(asked).toEqual([]);
});

it('without a terminal, and without a yes before, it is wrong usage before anything is looked at', () => {
  expect(() => consentOf(terminal(undefined).fake, false, signal)).toThrow(
    expect.objectContaining({ reason: 'settings', message: expect.stringContaining('--yes') as string }),
  );
});
