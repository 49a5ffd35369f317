import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createSettings } from '../../src/backup/settings/create.ts';
import { addFlags, flagsGiven } from '../../src/settings/flags.ts';

const { table } = createSettings;

function parse(...args: string[]): Record<string, string> {
  const command = addFlags(
    new Command('create').exitOverride().configureOutput({ writeErr: () => {} }),
    table,
  );
  command.parse(args, { from: 'user' });
  return flagsGiven(command, table);
}

describe('flags', () => {
  it('are named like their variables', () => {
    expect(parse('--pvc-name', 'media', '--tz=Europe/Vienna', '--flock-timeout-sec', '5')).toEqual({
      BAK_PVC_NAME: 'media',
      TZ: 'Europe/Vienna',
      BAK_FLOCK_TIMEOUT_SEC: '5',
    });
  });

  it('are none when none is written', () => {
    expect(parse()).toEqual({});
  });

  it('of booleans need no value and take one', () => {
    expect(parse('--db-skip', '--dry-run', '--pvc-name', 'a')).toEqual({
      BAK_DB_SKIP: 'true',
      BAK_DRY_RUN: 'true',
      BAK_PVC_NAME: 'a',
    });
    expect(parse('--vs-wait-until-ready=false')).toEqual({ BAK_VS_WAIT_UNTIL_READY: 'false' });
  });

  it('give secrets as files too', () => {
    expect(parse('--db-postgres-password-file', '/run/secret')).toEqual({
      BAK_DB_POSTGRES_PASSWORD_FILE: '/run/secret',
    });
  });

  it('keep an empty value apart from no flag', () => {
    expect(parse('--pvc-name', '')).toEqual({ BAK_PVC_NAME: '' });
  });

  it('are all in the help, with variable and default', () => {
    const help = addFlags(new Command('create'), table).configureHelp({ helpWidth: 1000 }).helpInformation();
    for (const { name, place } of Object.values(table)) {
      expect(help).toContain(place === 'variable' ? `[${name}]` : `--${name} `);
    }
    expect(help).toContain("(default: half the node's CPUs, at least 1) [BAK_FLOCK_COUNT]");
  });
});
