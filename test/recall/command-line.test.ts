import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { create } from '../../src/cli/create.ts';
import { commandLine } from '../../src/cli/program.ts';
import { commandLineOf } from '../../src/recall/command-line.ts';
import { wordsOfCreate } from '../../src/recall/shell-script.ts';
import { isExhaustive } from '../support/exhaustive.ts';

/** What the program itself makes of words: the flags that it goes by, or undefined where it does not begin. */
async function typed(words: readonly string[]): Promise<Record<string, string> | undefined> {
  let flags: Record<string, string> | undefined;
  const program = commandLine('1.2.3', [create], (_, sources) => {
    ({ flags } = sources);
    return Promise.resolve();
  });
  const spies = [
    vi.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    }),
    vi.spyOn(process.stdout, 'write').mockReturnValue(true),
    vi.spyOn(process.stderr, 'write').mockReturnValue(true),
  ];
  try {
    await program.parseAsync(['create', ...words], { from: 'user' });
    return flags;
  } catch {
    return undefined;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** What is read from a manifest that has them. */
function written(...words: readonly string[]): Record<string, string> | undefined {
  const { flags, problem, isUnknown } = commandLineOf(words, false);
  expect(isUnknown).toBe(false);
  return problem === undefined ? flags : undefined;
}

const quotedForShell = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

const lists = [
  [],
  ['-n', 'shop'],
  ['-nshop'],
  ['-n=shop'],
  ['--namespace', 'shop', '-n', 'blog'],
  ['--pvc-name', 'data', '--pvc-name', 'other'],
  ['--pvc-name=data', '--pvc-name', '--db-skip'],
  ['--pvc-name', '-n', 'shop'],
  ['--dry-run=false', '--dry-run'],
  ['--dry-run', '--dry-run=false'],
  ['--dry-run', 'false', '--db-skip'],
  ['--dry-run', 'maybe'],
  ['--quiet', '--context', '--dry-run'],
  ['--context', 'a', '-o', 'json', '--log-format', 'text', '--db-skip'],
  ['-o', 'xml'],
  ['--quiet', '--verbose'],
  ['--db-postgres-password-file', '/run/secret', '--db-postgres'],
  ['--db-skip', '--', '--dry-run'],
  ['--db-skip', 'shop'],
  ['--dry', '--db-skip'],
  ['--job', '-n', 'shop'],
  ['--help'],
  ['-n', 'shop', '--version'],
  ['--pvc-name'],
  ['--pvc-name', ''],
];

describe('the words of a CronJob are read as create reads them', () => {
  it.each(lists.map((words) => [words]))('%j', async (words) => {
    const expected = await typed(words);
    expect(written('create', ...words)).toEqual(expected);
    expect(written('sh', '-c', `backup-ns create ${quotedForShell(words)}`)).toEqual(expected);
  });

  it('whatever they are', async () => {
    const word = fc.constantFrom(...new Set(lists.flat()), 'true', '-nq', '-', '--pvc-name=', '--db-mysql');
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
        const expected = await typed(words);
        expect(written('create', ...words)).toEqual(expected);
        expect(written('/bin/sh', '-ec', `exec backup-ns create ${quotedForShell(words)}`)).toEqual(expected);
      }),
      { numRuns: isExhaustive ? 3000 : 60 },
    );
  });

  it('and where one is put together in the pod, nobody says what it is', () => {
    expect(commandLineOf(['create', '$(MORE)'], false)).toMatchObject({ isUnknown: true, flags: {} });
    expect(commandLineOf(['create', '--db-skip'], true)).toMatchObject({ isUnknown: true });
    expect(commandLineOf(['create', '--pvc-name', '$(PVC)'], false)).toMatchObject({
      flags: { BAK_PVC_NAME: '$(PVC)' },
    });
  });
});

describe('a script of a shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bak-words-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const told = '#!/bin/sh\n[ "$1" = create ] || exit 0\nshift\nfor word; do printf \'%s\\0\' "$word"; done\n';
  writeFileSync(join(folder, 'backup-ns'), told, { mode: 0o755 });
  const inShell = (script: string): string[] => {
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    return execFileSync('/bin/sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .split('\0')
      .slice(0, -1);
  };

  it.each([
    'backup-ns create -n shop --db-skip',
    'true; backup-ns create --pvc-name data',
    'set -e\nbackup-ns create \\\n  --db-skip \\\n  --pvc-name=a,b # every night\n',
    `exec ${folder}/backup-ns create --name 'a b'"c d"e\\ f "\\$x" ''`,
    'backup-ns create --db-skip&& true || false',
    'X=$HOME; backup-ns create --db-skip | cat',
    'backup-ns retain; backup-ns create --pvc-name a#b',
  ])('that is plain gives create the words that are read: %j', (script) => {
    expect(inShell(script).length).toBeGreaterThan(0);
    expect(wordsOfCreate(script)).toEqual(inShell(script));
  });

  it.each([
    'backup-ns create $MORE',
    'backup-ns create "$@"',
    'backup-ns create --pvc-name *',
    'backup-ns create --pvc-name `cat /pvc`',
    'if true; then backup-ns create; fi',
    'backup-ns create > /log',
    '(backup-ns create)',
    'BAK_DRY_RUN=true backup-ns create',
    'export BAK_DRY_RUN=true; backup-ns create',
    'BAK_DRY_RUN=true; backup-ns create',
    '. /settings; backup-ns create',
    'backup-ns create --dry-run || backup-ns create',
    'backup-ns create; sh -c "backup-ns create -n other"',
    'echo create',
    "backup-ns create '--pvc-name",
    '$PROGRAM create; backup-ns create',
  ])('whose words only a shell knows is not read: %j', (script) => {
    expect(wordsOfCreate(script)).toBeUndefined();
  });

  it('of any length is read in no more than linear time', () => {
    for (const text of ['"\\', "'", '\\', '#', '"a" ', ' ', '&;|', '\\"'])
      expect(() => wordsOfCreate(`backup-ns create ${text.repeat(4096)}`)).not.toThrow();
  });
});
