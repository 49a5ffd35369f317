import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KubeError } from '../../src/kube/error.ts';
import { maximumPageBytes } from '../../src/kube/page-size.ts';
import { pods } from '../../src/kube/resources.ts';
import { kubeFor, patient, pod, podList, rejectionOf } from './fixtures.ts';
import { ScriptedServer, json, type Step } from './scripted-server.ts';

const path = '/api/v1/namespaces/shop/pods';

/** A server of so many pods, each with an annotation of so many bytes; the answers that were begun are in `sizes`. */
function serving(bytes: readonly number[], sizes: number[]): Step {
  return (exchange) => {
    const { query } = exchange.request;
    const start = Number(query.get('continue') ?? 0);
    const size = Number(query.get('limit'));
    sizes.push(size);
    const items = bytes.slice(start, start + size).map((length, index) => {
      const one = pod(`p${start + index}`, '1');
      one.metadata.annotations = { note: 'x'.repeat(length) };
      return one;
    });
    const next = start + size < bytes.length ? String(start + size) : undefined;
    json(200, podList(items, '9', next))(exchange);
  };
}

async function listed(bytes: readonly number[], sizes: number[]): Promise<(string | undefined)[]> {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, serving(bytes, sizes));
  const names: (string | undefined)[] = [];
  for await (const { metadata } of kubeFor(server.url).list(pods, { namespace: 'shop', signal: patient() })) {
    names.push(metadata.name);
  }
  return names;
}

const mebibyte = 1024 * 1024;

test(
  'pages shrink where objects are large, and grow again where they are small',
  { timeout: 30_000 },
  async () => {
    const sizes: number[] = [];
    const bytes = [...Array<number>(80).fill(mebibyte / 4), ...Array<number>(300).fill(10)];
    const names = await listed(bytes, sizes);
    expect(names).toEqual(bytes.map((_, index) => `p${index}`));
    expect(sizes.slice(0, 3)).toEqual([500, 62, 15]);
    expect(Math.max(...sizes.slice(3))).toBeGreaterThan(60);
  },
);

test('ordinary objects come five hundred at a time', async () => {
  const sizes: number[] = [];
  await listed(Array<number>(1200).fill(3000), sizes);
  expect(sizes).toEqual([500, 500, 500]);
});

test('whatever the sizes are, every object comes once and in order', async () => {
  const sizes = fc.array(fc.constantFrom(1, 1000, 100_000, 3 * mebibyte), { maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(sizes, async (bytes) => {
      expect(await listed(bytes, [])).toEqual(bytes.map((_, index) => `p${index}`));
    }),
    { numRuns: 5 },
  );
});

test(
  'an object that alone is too large ends the list with an error that says where',
  { timeout: 30_000 },
  async () => {
    const error = await rejectionOf(listed([10, maximumPageBytes], []));
    expect(error).toBeInstanceOf(KubeError);
    expect(error).toMatchObject({ reason: 'AnswerTooLarge', retryable: false });
    expect((error as Error).message).toContain(`GET ${path}: the answer is larger than 16.0 MiB`);
  },
);

test('no more of an endless answer is read than is wanted', async () => {
  await using server = await ScriptedServer.start();
  let sent = 0;
  server.script(`GET ${path}/a`, ({ answer }) => {
    const chunk = Buffer.alloc(mebibyte, ' ');
    const write = (): void => {
      if (answer.destroyed) return;
      sent++;
      // Only after a turn of the loop does the end of the connection show.
      answer.write(chunk, (error) => void (error ?? setImmediate(write)));
    };
    write();
  });
  const key = { namespace: 'shop', name: 'a' };
  const error = await rejectionOf(kubeFor(server.url).get(pods, key, { signal: patient() }));
  expect(error).toMatchObject({ reason: 'AnswerTooLarge' });
  expect(server.requests).toHaveLength(1);
  expect(sent).toBeLessThan(100);
});
