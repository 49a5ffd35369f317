import { expect, test } from 'vitest';
import { pushMetrics } from '../../src/record/push.ts';
import { gateway } from './gateway.ts';

async function push(status: number): Promise<void> {
  const { url } = await gateway((response) => response.writeHead(status).end('no Basic c2VjcmV0 here'));
  const settings = { url, authorization: 'Basic c2VjcmV0' };
  await pushMetrics('up 1\n', { job: 'backup-ns' }, settings, AbortSignal.timeout(10_000));
}

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
