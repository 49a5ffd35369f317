import { beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '../script-support.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestoreScene } from './restore-scene.ts';
import { count, failure, openWithDump, startServer } from './restore-support.ts';

beforeAll(startServer);

describe.skipIf(!canRun)('what a killed restore has left', { timeout: 60_000 }, () => {
  const name = (scene: RestoreScene) => `${scene.database}_restoring_20261119t000000`;

  exhaustively.test(
    'is dropped by the next one also when it was killed before it could mark it, if it is empty',
    async () => {
      const scene = openWithDump();
      scene.query(`create database ${name(scene)} template template0`);
      const kept = await scene.restore();
      expect(scene.others()).toEqual([kept]);
    },
  );

  test.each(
    sampled(
      [
        ['has content without a mark', '', 'create table t (id int)'],
        [
          'has the mark of another database',
          "comment on database NAME is 'backup-ns: unfinished restore of database other'",
          '',
        ],
      ],
      1,
    ),
  )('is left alone when it %s', async (_, mark, content) => {
    const scene = openWithDump();
    scene.query(`create database ${name(scene)} template template0`);
    if (mark !== '') scene.query(mark.replace('NAME', name(scene)));
    if (content !== '') scene.query(content, name(scene));
    const kept = await scene.restore();
    expect(scene.others()).toEqual([kept, name(scene)]);
  });

  exhaustively.test('is not dropped while somebody uses it, and nothing is restored then', async () => {
    const scene = openWithDump();
    scene.query(`create database ${name(scene)} template template0`);
    scene.query(
      `comment on database ${name(scene)} is 'backup-ns: finished restore of database ${scene.database}'`,
    );
    await using _session = await scene.session(name(scene));
    await expect(scene.restore()).rejects.toMatchObject({
      reason: 'preflight',
      ...failure(/being accessed by other users.*another restore may be at work/),
    });
    expect([count(scene), scene.others()]).toEqual(['1', [name(scene)]]);
  });
});

/** Counts how often psql was started; kills the script with all that it started, before or after that one. */
const killing = (folder: string, step: number, when: 'before' | 'after') => {
  const counter = join(folder, 'count');
  writeFileSync(counter, '0');
  const real = 'PATH=$REAL_PATH psql "$@"';
  const kill = when === 'before' ? 'kill -9 0' : `${real}; kill -9 0`;
  return {
    psql: `n=$(($(cat ${counter}) + 1)); echo "$n" >${counter}\n[ "$n" != ${step} ] || { ${kill}; }\nexec env PATH="$REAL_PATH" psql "$@"`,
  };
};

describe.skipIf(!canRun)('a restore beside that is killed', { timeout: 60_000 }, () => {
  const steps = Array.from({ length: 17 }, (_, index) => index + 1);
  const cases = steps.flatMap((step) => [
    { step, when: 'before' as const },
    { step, when: 'after' as const },
  ]);
  test.each(sampled(cases, 1))(
    '$when its step $step leaves the old data, and the next one ends well',
    async ({ step, when }) => {
      const scene = openWithDump();
      // The last steps may be through before the kill.
      await scene.restore({}, { fakes: killing(scene.folder, step, when) }).catch(() => {});
      const swapped = scene.others().find((other) => other.includes('_before_'));
      expect(count(scene, swapped ?? scene.database)).toBe('1');
      const kept = await scene.restore();
      expect(count(scene)).toBe('3');
      expect(scene.others()).toEqual([swapped, kept].filter((name) => name !== undefined));
    },
  );
});
