import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { execDrop, execTruncate, reset, status, type Fault } from '../../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import type { HookEvent } from '../../../scripts/faults/hook.ts';
import { server, type Scene } from '../../databases/operations/scene.ts';
import { blankPostgres } from '../../support/servers.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { left, openLost, rows, run } from './scene.ts';

let scene: Scene;
let snapshot: string;
let faults: Faults;
/** Called when the pod that reads has been made. */
let onPod: () => void;

beforeAll(async () => {
  await blankPostgres();
  if (!server) return;
  ({ scene, snapshot } = await openLost());
  const { url, ca } = scene.sandbox;
  const hook = ({ phase, request }: HookEvent): Promise<void> => {
    const { verb, resource, subresource } = request;
    if (phase === 'answered' && verb === 'create' && resource === 'pods' && subresource === undefined)
      onPod();
    return Promise.resolve();
  };
  faults = await startFaults({ server: url, tls: { ca }, headers: {} }, { hook });
}, 60_000);
afterAll(async () => {
  await faults?.[Symbol.asyncDispose]();
  await scene?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  faults?.clear();
  onPod = () => {};
  if (server) scene.query('delete from orders where id > 1');
});

const restore = () =>
  run(scene, ['restore', '--snapshot', snapshot, '--yes', '--drop-old'], { server: faults.url }).ended;
const longest = execTruncate(1000);
const nothingIsLeft = () => vi.waitFor(() => expect(left(scene)).toEqual([]), { timeout: 10_000 });

describe.runIf(server)('a restore from a snapshot', { timeout: 90_000 }, () => {
  exhaustively.test.each(
    sampled<[string, { verb: string; resource: string }, Fault]>(
      [
        ['the creation of its pod', { verb: 'create', resource: 'pods' }, reset('after')],
        ['the creation of its pod', { verb: 'create', resource: 'pods' }, reset('before')],
        ['the creation of its pod', { verb: 'create', resource: 'pods' }, status(503)],
        ['the watch of its pod', { verb: 'watch', resource: 'pods' }, reset('after')],
        ['the deletion of its pod', { verb: 'delete', resource: 'pods' }, reset('before')],
        ['the deletion of its pod', { verb: 'delete', resource: 'pods' }, reset('after')],
        ['the look at its claim', { verb: 'watch', resource: 'persistentvolumeclaims' }, status(500)],
      ],
      1,
    ),
  )('gets over the loss of %s (%o, %o)', async (_, match, fault) => {
    faults.inject(match, fault);
    const { exitCode, stderr } = await restore();
    expect(stderr).not.toContain('"level":"error"');
    expect(exitCode).toBe(0);
    expect(rows(scene)).toBe('2000');
    await nothingIsLeft();
  });

  test.each(
    sampled(
      [execTruncate(0), execDrop(0), longest].flatMap((fault) =>
        [1, 2, 3, 4].map((nth) => [nth, fault] as const),
      ),
      1,
    ),
  )(
    'whose exec %i in its pod is cut short (%o) changes all or nothing, and leaves nothing',
    async (nth, fault) => {
      // Before that it looks at the database, whose pod is another.
      onPod = () => faults.inject({ subresource: 'exec', nth }, fault);
      const { exitCode } = await restore();
      // What is said in fewer bytes than it is cut at is whole.
      expect([4, 9, fault === longest ? 0 : 4]).toContain(exitCode);
      expect(rows(scene)).toBe(exitCode === 0 ? '2000' : '1');
      await nothingIsLeft();
    },
  );

  exhaustively.test('says why its pod may not be made, and changes nothing', async () => {
    const quota = status(403, { message: 'exceeded quota: pods' });
    faults.inject({ verb: 'create', resource: 'pods', times: 100 }, quota);
    const { exitCode, stderr } = await restore();
    expect(exitCode).toBe(9);
    expect(stderr).toMatch(
      /Creating pod 'backup-ns-reader-\w+' in namespace 'shop' failed: exceeded quota: pods/,
    );
    expect(rows(scene)).toBe('1');
  });
});
