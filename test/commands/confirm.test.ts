import { describe, expect, test } from 'vitest';
import { confirm } from '../../src/commands/confirm.ts';
import type { Terminal } from '../../src/terminal.ts';

const { signal } = new AbortController();

function terminal(answer: string, canAsk = true) {
  const asked: string[] = [];
  const person: Terminal = {
    colour: false,
    canAsk,
    print: () => Promise.resolve(true),
    note: () => {},
    ask(question) {
      asked.push(question);
      return Promise.resolve(answer);
    },
  };
  return { person, asked };
}

describe('a question before something is deleted', () => {
  test.each(['y', 'Y', 'yes', ' YES '])("is answered by '%s'", async (answer) => {
    const { person, asked } = terminal(answer);
    await confirm('Delete it?', person, signal);
    expect(asked).toEqual(['Delete it? [y/N] ']);
  });

  test.each(['', 'n', 'no', 'yep', 'true'])(
    "is not answered by '%s', and nothing is done",
    async (answer) => {
      await expect(confirm('Delete it?', terminal(answer).person, signal)).rejects.toMatchObject({
        reason: 'cancelled',
      });
    },
  );

  test('is an error where nobody can be asked', async () => {
    const { person, asked } = terminal('y', false);
    await expect(confirm('Delete it?', person, signal)).rejects.toMatchObject({
      reason: 'settings',
      message: expect.stringContaining('--yes'),
    });
    expect(asked).toEqual([]);
  });
});
