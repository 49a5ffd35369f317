import { expect, test } from 'vitest';
import { kubeFor, patient, rejectionOf } from './fixtures.ts';
import { ScriptedServer, failure, type Step } from './scripted-server.ts';

/** An answer with this header `Date`, or without one. */
function dated(date?: string): Step {
  return ({ answer }) => {
    answer.sendDate = false;
    answer.writeHead(200, date === undefined ? {} : { date }).end('{}');
  };
}

test('the time of the API server is what its answer says', async () => {
  await using server = await ScriptedServer.start();
  server.script('GET /version', dated('Sat, 21 Nov 2026 12:00:07 GMT'));
  const time = await kubeFor(server.url).serverTime({ signal: patient() });
  expect(time).toEqual(new Date('2026-11-21T12:00:07Z'));
});

test.each([undefined, '', 'now', '2026-11-21T12:00:07Z', 'Sat, 99 Nov 2026 12:00:07 GMT', '0'])(
  'an answer with the date %s does not say what time it is',
  async (date) => {
    await using server = await ScriptedServer.start();
    server.script('GET /version', dated(date));
    const error = await rejectionOf(kubeFor(server.url).serverTime({ signal: patient() }));
    expect(error).toMatchObject({ reason: 'UnexpectedAnswer', status: 200 });
  },
);

test('a server that is busy is asked again', async () => {
  await using server = await ScriptedServer.start();
  server.script('GET /version', failure(503, 'Busy', 'busy'), dated('Sat, 21 Nov 2026 12:00:07 GMT'));
  const time = await kubeFor(server.url).serverTime({ signal: patient() });
  expect(time.toISOString()).toBe('2026-11-21T12:00:07.000Z');
});
