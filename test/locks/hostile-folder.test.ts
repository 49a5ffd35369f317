import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holderIn, holdersOf } from '../../src/locks/holder.ts';
import { Tickets } from '../../src/locks/tickets.ts';
import { systemRandom } from '../../src/core/system.ts';
import { acquire, lockDirectory } from './support.ts';

const marker = 'hunter2-of-the-environment';
const taker = fileURLToPath(new URL('slot-taker.ts', import.meta.url));

/** What somebody may have put in the place of a file; `elsewhere` is another folder. */
const things: Record<string, (path: string, elsewhere: string) => void> = {
  'a pipe': (path) => void spawnSync('mkfifo', [path]),
  'a link to the environment': (path) => symlinkSync('/proc/self/environ', path),
  'a link to zeros without end': (path) => symlinkSync('/dev/zero', path),
  'a link to a pipe': (path, elsewhere) => {
    spawnSync('mkfifo', [join(elsewhere, 'pipe')]);
    symlinkSync(join(elsewhere, 'pipe'), path);
  },
  'a link to a file of ours': (path, elsewhere) => symlinkSync(join(elsewhere, 'precious'), path),
  'a link to a folder': (path, elsewhere) => symlinkSync(elsewhere, path),
  'a link to nothing': (path) => symlinkSync('/nowhere', path),
  'a folder': (path) => mkdirSync(path),
  'a file of somebody else': (path) => writeFileSync(path, marker.repeat(1000)),
  'a large file': (path) => writeFileSync(path, Buffer.alloc(3_000_000)),
};

/** Where a job looks, by the way in which slots are locked. */
const places = {
  flock: ['.method', '1.lock', '1.holder', '.waiting', '.waiting/000000000001-aaaaaaaaaaaa'],
  lockfile: [
    '.method',
    '1.holder',
    '1.lock.d',
    '1.lock.d/somebody',
    '.waiting',
    '.waiting/000000000001-aaaaaaaaaaaa',
  ],
};

/** A file there is a claim, which is respected. */
const isClaim = (name: string, what: string) =>
  name === '1.lock.d/somebody' && / file$| file of somebody/.test(what);

function scene(name: string, what: string) {
  const [directory, elsewhere] = [lockDirectory(), lockDirectory()];
  writeFileSync(join(elsewhere, 'precious'), `${marker}\n`);
  mkdirSync(join(directory, dirname(name)), { recursive: true });
  things[what]?.(join(directory, name), elsewhere);
  return { name, what, directory, elsewhere };
}

/** In a process of its own, as one that hangs in the kernel could not be stopped from within. */
async function takeSlots(method: string, directories: readonly string[]) {
  const child = spawn(process.execPath, [taker, method, ...directories], {
    env: { PATH: process.env['PATH'], SECRET: marker },
    timeout: 40_000,
    killSignal: 'SIGKILL',
  });
  const [said, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const lines = said.split('\n').filter((line) => line.startsWith('{"directory"'));
  const ends = lines.map((line) => JSON.parse(line) as { directory: string; end: string });
  return { ends: new Map(ends.map(({ directory, end }) => [directory, end])), said: said + complaints };
}

it.each(Object.entries(places))(
  'with %s, nothing that lies in the lock directory makes a job hang, tell secrets or follow links',
  async (method, names) => {
    const scenes = names.flatMap((name) =>
      Object.keys(things)
        .filter((what) => !isClaim(name, what))
        .map((what) => scene(name, what)),
    );
    const { ends, said } = await takeSlots(
      method,
      scenes.map(({ directory }) => directory),
    );
    const wrong = scenes.filter(
      ({ directory }) => !['taken', 'preflight'].includes(ends.get(directory) ?? ''),
    );
    expect(wrong.map(({ name, what, directory }) => `${what} at ${name}: ${ends.get(directory)}`)).toEqual(
      [],
    );
    expect(said).not.toContain('hunter2');
    for (const { elsewhere } of scenes) {
      expect(readFileSync(join(elsewhere, 'precious'), 'utf8')).toBe(`${marker}\n`);
      expect(readdirSync(elsewhere).filter((one) => one !== 'pipe')).toEqual(['precious']);
    }
  },
  60_000,
);

describe('the lock directory', () => {
  it('that is a link is refused, as whoever replaces it sends us where nobody else looks', async () => {
    const directory = lockDirectory();
    symlinkSync(lockDirectory(), join(directory, 'link'));
    await expect(acquire({ directory: join(directory, 'link') })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(
        'is a symbolic link; set ⟪flockDirectory⟫ to the directory that it leads to',
      ),
    });
  });

  it('with the highest ticket that there can be still gives the next one a place behind it', async () => {
    const directory = lockDirectory();
    mkdirSync(join(directory, '.waiting'));
    writeFileSync(join(directory, '.waiting', '999999999999-aaaaaaaaaaaa'), '');
    expect(new Tickets(directory).next(systemRandom)).toMatch(/^999999999999-/);
    expect((await acquire({ directory })).slot).toBe(1);
  });
});

describe('the holder of a slot', () => {
  const good = 'shop/nightly-x7k2p since 2026-11-20T14:03:07.000Z\n';

  it('is only shown as this tool writes it, whatever stands there', () => {
    const form =
      /^(?:[a-z0-9-]{1,63}\/(?:[\w.-]{1,63}|a run by hand)|somebody) since \d{4}-\d\d-\d\dT[\d:.]{12}Z$/;
    const unit = fc.nat(255).map((code) => String.fromCharCode(code));
    const mutated = fc
      .tuple(fc.nat(good.length), fc.nat(3), fc.string({ maxLength: 10, unit }))
      .map(([at, cut, put]) => good.slice(0, at) + put + good.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit })), (said) => {
        expect(holderIn(said) ?? good.trim()).toMatch(form);
      }),
    );
  });

  it('is shown when it is one', async () => {
    const directory = lockDirectory();
    writeFileSync(join(directory, '1.holder'), good);
    expect(await holdersOf([{ number: 1, path: join(directory, '1.lock') }])).toEqual({ 1: good.trim() });
  });
});
