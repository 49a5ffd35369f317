import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sampled } from '../../support/exhaustive.ts';
import { freezeScript, syncScript, thawScript } from '../../../src/backup/quiesce/freeze-script.ts';
import { hasPython, startScript } from '../../databases/script-process.ts';
import { expectNothingLeft, shells } from '../../databases/script-support.ts';

/** Behaves as the kernel does: what is frozen cannot be frozen again, what is not cannot be thawed. */
const fsfreeze = `
[ ! -e "$STATE/broken" ] || { echo "fsfreeze: $2: freeze failed: Operation not permitted" >&2; exit 1; }
case $1 in
  --freeze) [ ! -e "$STATE/stopping" ] || kill -TERM "$PPID" ;;
esac
case $1 in
  --freeze) mkdir "$STATE/frozen" 2>/dev/null || { echo "fsfreeze: $2: freeze failed: Device or resource busy" >&2; exit 1; } ;;
  --unfreeze) rmdir "$STATE/frozen" 2>/dev/null || { echo "fsfreeze: $2: unfreeze failed: Invalid argument" >&2; exit 1; } ;;
esac
printf '%s %s\\n' "$1" "$2" >>"$STATE/log"
`;

class Disk {
  readonly root = mkdtempSync(join(tmpdir(), 'freeze-'));
  readonly path = `${this.root}/it's "$(id)"`;

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true }));
    mkdirSync(join(this.root, 'bin'));
    writeFileSync(join(this.root, 'bin/fsfreeze'), `#!/bin/sh\n${fsfreeze}`);
    chmodSync(join(this.root, 'bin/fsfreeze'), 0o755);
  }

  get isFrozen(): boolean {
    return existsSync(join(this.root, 'frozen'));
  }

  get log(): string[] {
    return readFileSync(join(this.root, 'log'), 'utf8').trim().split('\n');
  }

  start(shell: readonly string[], script: string, ...args: string[]) {
    const env = { PATH: `${this.root}/bin:${process.env['PATH']}`, STATE: this.root, SHLVL: '2' };
    return startScript({ shell, command: ['sh', '-ceu', script, 'sh', this.path, ...args], env });
  }

  async freeze(shell: readonly string[], seconds = 60) {
    const run = this.start(shell, freezeScript, String(seconds));
    run.stdin.write('\n');
    await vi.waitUntil(() => this.isFrozen, { timeout: 10_000, interval: 5 });
    return run;
  }
}

describe.runIf(hasPython).each(sampled(shells, 1))('under $name a filesystem', ({ shell }) => {
  it('is frozen until it is to be released', async () => {
    const disk = new Disk();
    const run = await disk.freeze(shell);
    run.stdin.write('release\n');
    const end = await run.end;
    expect(end.exitCode).toBe(0);
    // The release may come before the script has said that it is frozen.
    expect(end.stdout).toMatch(/^(?:frozen=yes\n)?thawed=yes\nend\n$/);
    expect(end.stderr).toBe('');
    expect(disk.isFrozen).toBe(false);
    expect(disk.log).toEqual([`--freeze ${disk.path}`, `--unfreeze ${disk.path}`]);
    expectNothingLeft(end);
  });

  it('thaws when its caller is gone', async () => {
    const disk = new Disk();
    const run = await disk.freeze(shell);
    run.stdin.end();
    const end = await run.end;
    expect(disk.isFrozen).toBe(false);
    expectNothingLeft(end);
  });

  it('thaws when the script is told to stop', async () => {
    const disk = new Disk();
    const run = await disk.freeze(shell);
    process.kill(await run.pid, 'SIGTERM');
    const end = await run.end;
    expect(end.exitCode).toBe(0);
    expectNothingLeft(end);
    expect(disk.isFrozen).toBe(false);
  });

  it('is thawed at once when the script is told to stop while it freezes', async () => {
    const disk = new Disk();
    writeFileSync(join(disk.root, 'stopping'), '');
    const run = disk.start(shell, freezeScript, '3');
    run.stdin.write('\n');
    const end = await run.end;
    expect(end).toMatchObject({ exitCode: 0, stdout: 'thawed=yes\nend\n' });
    expectNothingLeft(end);
  });

  it('thaws when its time is up, and says so', async () => {
    const disk = new Disk();
    const run = await disk.freeze(shell, 1);
    const end = await run.end;
    expect(end.exitCode).toBe(66);
    expect(disk.isFrozen).toBe(false);
    expectNothingLeft(end);
  });

  it('is not thawed by who could not freeze it', async () => {
    const disk = new Disk();
    const first = await disk.freeze(shell);
    const second = disk.start(shell, freezeScript, '60');
    second.stdin.write('\n');
    expect(await second.end).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining('Device or resource busy') as string,
    });
    expect(disk.isFrozen).toBe(true);
    first.stdin.end();
    await first.end;
  });

  it('is not frozen for a caller that is gone before it said anything', async () => {
    const disk = new Disk();
    const run = disk.start(shell, freezeScript, '60');
    run.stdin.end();
    expect(await run.end).toMatchObject({ exitCode: 64 });
    expect(disk.isFrozen).toBe(false);
  });

  it('can be thawed by another script, which says whether it was frozen', async () => {
    const disk = new Disk();
    const run = await disk.freeze(shell);
    expect(await disk.start(shell, thawScript).end).toMatchObject({ exitCode: 0, stdout: 'thawed\n' });
    expect(disk.isFrozen).toBe(false);
    expect(await disk.start(shell, thawScript).end).toMatchObject({ exitCode: 0, stdout: 'idle\n' });
    run.stdin.write('release\n');
    expect(await run.end).toMatchObject({ exitCode: 67 });
  });

  it('that cannot be thawed is not a success', async () => {
    const disk = new Disk();
    writeFileSync(join(disk.root, 'broken'), '');
    const end = await disk.start(shell, thawScript).end;
    expect(end).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not permitted') as string });
  });
});

describe('a container', () => {
  it.each([
    ['freeze', freezeScript],
    ['thaw', thawScript],
  ])('without fsfreeze cannot %s, and says so', (_, script) => {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-ceu', script, 'sh', '/data', '60'], {
      env: { PATH: '/nowhere' },
      input: '\n',
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 65,
      stdout: '',
      stderr: 'there is no fsfreeze in the container\n',
    });
  });

  it.each([
    ['the one filesystem', 'true', 0, ['-f -- /data']],
    ['all where its sync knows no other way', '[ $# -eq 0 ]', 0, ['-f -- /data', '']],
    ['none, and says so', 'false', 1, ['-f -- /data', '']],
  ])('writes to its disk %s', (_, ending, status, calls) => {
    const disk = new Disk();
    writeFileSync(join(disk.root, 'bin/sync'), `#!/bin/sh\necho "$*" >>"$STATE/log"\n${ending}\n`);
    chmodSync(join(disk.root, 'bin/sync'), 0o755);
    const env = { PATH: `${disk.root}/bin:${process.env['PATH']}`, STATE: disk.root };
    expect(spawnSync('/bin/sh', ['-ceu', syncScript, 'sh', '/data'], { env }).status).toBe(status);
    expect(readFileSync(join(disk.root, 'log'), 'utf8')).toBe(calls.map((call) => `${call}\n`).join(''));
  });
});
