import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { isReady, label } from '../../src/snapshots/labels.ts';
import { leases, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { deployApp, provisionVolume } from '../../scripts/sandbox/app.ts';
import { sampled } from '../support/exhaustive.ts';
import { blankPostgres } from '../support/servers.ts';
import { runInSteps } from '../support/steps-of-a-run.ts';
import { startCreate, stepsOfCreate, type CreateScene } from './create-process.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const postgres = await blankPostgres();
postgres?.query('create table orders as select id, md5(id::text) as note from generate_series(1, 2000) id');

const closing = '-- PostgreSQL database dump complete';
const previous = gzipSync(`-- of yesterday\n--\n${closing}\n--\n`);

interface Scene extends CreateScene {
  readonly asleep: string;
}

/** A database whose app is brought to rest by a hook, with the dump of the day before. */
async function openScene(): Promise<Scene> {
  const sandbox = await openSandbox({ readyDelayMs: 100 });
  const server = { programs: postgresPrograms ?? '', port: postgres?.port ?? 0 };
  await provisionVolume(sandbox, 'shop');
  const app = await deployApp(sandbox, 'shop', { ...server, user: 'postgres', password, name: 'postgres' });
  writeFileSync(app.dumpFile, previous);
  const asleep = join(sandbox.folder, 'asleep');
  const place = { exec: 'deployment/app', container: 'postgres' };
  const hook = { ...place, before: ['touch', asleep], after: ['rm', '-f', asleep] };
  const settings = { ...app.settings, BAK_HOOKS: JSON.stringify([hook]) };
  return {
    sandbox,
    app: { ...app, settings },
    asleep,
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

function processesOf(scene: Scene): string[] {
  const entries = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return entries
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(scene.app.dumpFile));
}

const steps = postgres ? await stepsOfCreate(openScene) : [];

describe.runIf(postgres)('create that is stopped by SIGTERM', { concurrent: true, timeout: 60_000 }, () => {
  test.each(sampled(steps, 2))(
    'at %s leaves no process, no partial file, no lock and nobody asleep',
    async (step) => {
      await using scene = await openScene();
      const { sandbox, app, asleep } = scene;
      let stoppedAt: number | undefined;
      const exitCode = await runInSteps(
        sandbox,
        (server) => startCreate(sandbox, app, server),
        (name, _kill, run) => {
          if (name !== step) return;
          stoppedAt = performance.now();
          run.terminate();
        },
      );
      // Stopped at its last steps it has come to a good end.
      expect([0, 130]).toContain(exitCode);
      expect(performance.now() - (stoppedAt ?? performance.now())).toBeLessThan(20_000);
      expect(processesOf(scene)).toEqual([]);
      expect(readdirSync(app.volume).filter((name) => name.includes('partial'))).toEqual([]);
      expect(gunzipSync(readFileSync(app.dumpFile)).toString()).toContain(closing);
      expect(existsSync(asleep)).toBe(false);
      const lease = sandbox.objects.find(leases, app.namespace, 'backup-ns');
      expect(lease?.spec ?? {}).not.toHaveProperty('holderIdentity');
      expect(lease?.metadata.annotations ?? {}).toEqual({});
      const all = sandbox.objects.all(snapshots, app.namespace);
      const standing = all.filter(({ metadata }) => metadata.labels?.[label.daily] !== undefined);
      expect(standing.length).toBeLessThanOrEqual(1);

      expect(await startCreate(sandbox, app).ended).toMatchObject({ exitCode: 0 });
      const after = sandbox.objects.all(snapshots, app.namespace);
      expect(
        after.filter((one) => isReady(stored(one)) && one.metadata.labels?.[label.daily] !== undefined),
      ).toHaveLength(1);
    },
  );
});
