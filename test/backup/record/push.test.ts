import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { pushMetrics } from '../../../src/backup/record/push.ts';
import { endingWith, result } from './endings.ts';

/** Answers so; resolves to its URL. */
async function gateway(status: number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { connection: 'close' }).end('no Basic c2VjcmV0 here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const push = async (status: number) =>
  await pushMetrics(
    endingWith({ result }),
    { url: await gateway(status), authorization: 'Basic c2VjcmV0' },
    AbortSignal.timeout(10_000),
  );

test.each([200, 202, 299])('metrics are told when they are answered with status %i', async (status) => {
  await expect(push(status)).resolves.toBeUndefined();
});

test.each([300, 302, 399])('metrics are not sent on to where status %i leads', async (status) => {
  await expect(push(status)).rejects.toThrow(`HTTP status ${status}: it leads elsewhere, give its own URL`);
});

test.each([400, 503])('metrics that are answered with status %i are not told', async (status) => {
  await expect(push(status)).rejects.toThrow(/^HTTP status \d+: no .* here$/);
  await expect(push(status)).rejects.not.toThrow('c2VjcmV0');
});
