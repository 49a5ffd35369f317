import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeDumpFile } from '../../src/databases/transfer-dump.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';

const container = { namespace: 'shop', pod: 'db-1', container: 'postgres' };

async function* source(): AsyncIterable<Buffer> {
  yield Buffer.from('half');
  throw new Error('no more of it');
}

it('a dump whose source fails is given up when its script has ended, which could make the file anew', async () => {
  const kube = new FakeKube();
  let received: string | undefined;
  kube.onExec = async ({ stdin }) => {
    received = (await buffer(stdin as Readable)).toString();
    return 0;
  };
  const wanted = { source: source(), bytes: undefined, maximumUsedPercent: 100 };
  const error = await rejectionOf(writeDumpFile(container, '/data/x.partial', wanted, testContext(kube)));
  expect(error).toMatchObject({ message: 'no more of it' });
  expect(received).toMatch(/half$/);
});
