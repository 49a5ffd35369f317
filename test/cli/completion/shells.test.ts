import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionScripts, shells, type Shell } from '../../../src/cli/completion/scripts/scripts.ts';
import { namespace, openVolume, snap, tiered } from '../../retention/real-snapshots.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { bundle, compiled } from '../../support/built.ts';
import { clusterAccount } from '../../support/cluster-account.ts';

/** In the meantime the sandbox answers. */
const execute = promisify(execFile);

const isThere = (shell: Shell): boolean => spawnSync(shell, ['-c', '']).status === 0;

/** What the person of this machine has set must make no difference. */
const withoutFiles: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['--norc'],
  zsh: ['-f'],
  fish: ['--no-config'],
};

/** Completes a line as the shell does on Tab: what it would offer, in its order. */
const tab: Readonly<Record<Shell, string>> = {
  // What readline hands to the function, breaks at = included.
  bash: `
    source "$SCRIPTS/bash"
    complete -p backup-ns >/dev/null
    COMP_WORDS=() COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
    for word in $1; do COMP_WORDS+=("$word"); done
    case $1 in *' ') COMP_WORDS+=('') ;; esac
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _backup_ns
    [ "\${#COMPREPLY[@]}" = 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`,
  // A line editor of its own needs a terminal: what zsh is handed is shown instead.
  zsh: `
    compdef() { :; }
    _describe() { print -rl -- \${(P)4}; }
    _files() { print files; }
    source "$SCRIPTS/zsh"
    words=(\${(z)1}); [[ $1 == *' ' ]] && words+=('')
    CURRENT=$#words
    _backup_ns`,
  fish: `
    source $SCRIPTS/fish
    complete -C $argv[1]`,
};

describe.skipIf(!shells.every(isThere))('completion', () => {
  let sandbox: Sandbox;
  let bin: string;
  let kubeconfig: string;

  beforeAll(async () => {
    sandbox = await openVolume();
    await snap(sandbox, 'data-night', tiered());
    const account = clusterAccount(sandbox, 'person', { volumesnapshots: ['list'] });
    kubeconfig = join(sandbox.folder, 'kubeconfig-of-person');
    writeFileSync(kubeconfig, sandbox.kubeconfig(account), { mode: 0o600 });
    bin = mkdtempSync(join(tmpdir(), 'completion-'));
    symlinkSync(process.execPath, join(bin, 'node'));
    for (const name of ['backup-ns', 'kubectl-backup_ns', 'kubectl_complete-backup_ns'])
      symlinkSync(bundle, join(bin, name));
    const scripts = join(bin, 'scripts');
    mkdirSync(scripts);
    for (const shell of shells) writeFileSync(join(scripts, shell), completionScripts[shell]);
  });
  afterAll(async () => {
    rmSync(bin, { recursive: true });
    await sandbox[Symbol.asyncDispose]();
  });

  const environment = (given: Record<string, string> = {}) => ({
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: bin,
    SCRIPTS: join(bin, 'scripts'),
    KUBECONFIG: kubeconfig,
    ...compiled,
    ...given,
  });

  async function offered(shell: Shell, line: string, given?: Record<string, string>): Promise<string[]> {
    const script = ['-c', tab[shell], ...(shell === 'fish' ? ['--'] : [shell]), line];
    const { stdout, stderr } = await execute(shell, [...withoutFiles[shell], ...script], {
      env: environment(given),
    });
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n').filter(Boolean);
    return lines.map((text) => text.split(/\t|(?<!\\):/)[0] ?? '');
  }

  it.each(shells)('%s offers commands, values of flags, and snapshots of the cluster', async (shell) => {
    expect(await offered(shell, 'backup-ns desc')).toEqual(['describe']);
    expect(await offered(shell, 'backup-ns list -o y')).toEqual(['yaml']);
    expect(await offered(shell, `backup-ns delete -n ${namespace} `)).toEqual(['data-night']);
  });

  it.each(shells)('%s offers nothing and is silent where there is no right', async (shell) => {
    expect(await offered(shell, 'backup-ns list -n ')).toEqual([]);
  });

  it('bash gets the rest of a word that it has broken at =', async () => {
    expect(await offered('bash', 'backup-ns list --output = y')).toEqual(['yaml']);
    expect((await offered('bash', 'backup-ns list --output =')).toSorted()).toEqual([
      'json',
      'name',
      'table',
      'wide',
      'yaml',
    ]);
  });

  it('a command prints the script of each shell, and nothing is offered where there is no cluster', async () => {
    const { stdout } = await execute('backup-ns', ['completion', 'zsh'], { env: environment() });
    expect(stdout).toBe(completionScripts.zsh);
    expect(await offered('bash', 'backup-ns delete da', { KUBECONFIG: '/nowhere' })).toEqual([]);
  });

  it('kubectl asks the plugin for the words of its completion', async () => {
    const words = ['delete', '-n', namespace, ''];
    const answer = await execute('kubectl_complete-backup_ns', words, { env: environment() });
    expect(answer.stdout).toMatch(/^data-night\tdata, \S+ ago\n:4\n$/);
    const { stdout: help } = await execute('kubectl-backup_ns', ['hold', '--help'], { env: environment() });
    expect(help).toMatch(/^Usage: kubectl backup-ns hold /);
    expect(help).toContain('\n  kubectl backup-ns hold -n shop ');
  });
});

it.skipIf(!shells.every(isThere)).each(shells)('the script of %s is one that the shell can read', (shell) => {
  const folder = mkdtempSync(join(tmpdir(), 'completion-'));
  const script = join(folder, 'script');
  writeFileSync(script, completionScripts[shell]);
  const { status, stderr } = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
