import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { password } from '../../scripts/servers/postgres-server.ts';
import { dumpRecord } from '../../src/databases/dump-record.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import { takeDumps } from '../../src/databases/take-dumps.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { execHere } from './local-exec.ts';
import { canRun, useServer } from './script-support.ts';
import { postgresSettings } from './settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { server } = useServer();
const container = { namespace: 'shop', pod: 'db-1', container: 'postgres' };

async function dump(user: string, secret: string) {
  const kube = new FakeKube();
  const env = { SHLVL: '2', PATH: `${postgresPrograms ?? ''}:${process.env['PATH']}` };
  kube.onExec = (options) => execHere(options, { shell: ['sh'], env });
  const settings = postgresSettings({
    dumpFile: join(temporaryFolder('words-'), 'dump.sql.gz'),
    port: server().port,
    user: { from: 'literal', value: user },
    password: { from: 'literal', value: secret },
    databases: { from: 'literal', names: ['postgres'] },
    globals: user === 'postgres',
  });
  const context = testContext(kube);
  const checked = {
    container,
    version: '1',
    toolVersion: '1',
    databases: ['postgres'],
    maximumUsedPercent: 100,
  };
  const dumps = await takeDumps(postgresServer(settings), checked, context);
  return { dumps, warnings: context.lines.filter(({ level }) => level === 40).map(({ msg }) => msg) };
}

describe.skipIf(!canRun)('what a tool says though it ends well', () => {
  beforeAll(() => {
    if (!canRun) return;
    server().query(`create role reader login password 'sesame' in role pg_read_all_data`);
    server().query(
      'set client_min_messages = error; create subscription s connection $$host=nowhere$$ publication p with (connect = false)',
    );
  });

  it('is a warning in the log and in the record of the dump', async () => {
    const { dumps, warnings } = await dump('reader', 'sesame');
    const words = expect.stringContaining(
      'subscriptions not dumped because current user is not a superuser',
    ) as string;
    expect(dumps[0]).toMatchObject({ database: 'postgres', warnings: [words] });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^The dump in container 'postgres' of .* is complete, but its tools said: pg_dump: warning: /,
      ),
    ]);
    expect((JSON.parse(dumpRecord(dumps)) as unknown[])[0]).toMatchObject({ warnings: [words] });
  });

  it('is nothing when it says nothing', async () => {
    const { dumps, warnings } = await dump('postgres', password);
    expect([warnings, dumps.map((one) => 'warnings' in one)]).toEqual([[], [false, false, false]]);
  });
});
