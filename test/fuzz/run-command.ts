import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asData } from '../../src/cli/as-data.ts';
import type { Command } from '../../src/cli/command.ts';
import { ResultError } from '../../src/core/errors.ts';
import { createKube } from '../../src/kube/client.ts';
import { loadClusterAccess } from '../../src/kube/config.ts';
import { createLogger } from '../../src/core/log.ts';
import { defaultProvider } from '../../src/snapshots/providers.ts';
import { readSettings } from '../../src/settings/read.ts';
import type { SettingsTable } from '../../src/settings/schema.ts';
import { systemRandom, type Clock } from '../../src/core/system.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import type { RecordedRequest } from '../../scripts/sandbox/api/server.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';

/** All that a run has done and said. */
export interface Ran {
  /** What it resolved to, or what its error carries. */
  readonly result: object | undefined;
  readonly error: unknown;
  readonly requests: readonly RecordedRequest[];
  /** JSON, a line each, as in a pod. */
  readonly log: string;
  /** The same as on a terminal. */
  readonly terminal: string;
  /** The result in each format. */
  readonly printed: Readonly<Record<string, string>>;
  /** Questions and notes. */
  readonly said: readonly string[];
}

export interface Invocation {
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, string>>;
  readonly account?: Account;
  /** The command's time; the sandbox's, if undefined. */
  readonly clock?: Clock;
}

/** Runs a command as main does, against the sandbox and in its time, and keeps all that anybody could see of it. */
export async function runCommand<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  { environment = {}, flags = {}, account = {}, clock: ownClock }: Invocation,
  sandbox: Sandbox,
): Promise<Ran> {
  const kubeconfig = join(sandbox.folder, `kubeconfig-${systemRandom.id(8)}`);
  const clock = ownClock ?? sandbox.clock;
  writeFileSync(kubeconfig, sandbox.kubeconfig(account));
  const kube = createKube({ access: loadClusterAccess({ kubeconfig }), clock, random: systemRandom });
  const lines: string[] = [];
  const log = createLogger({ clock, stream: { write: (line: string) => lines.push(line) } });
  const { settings, rows } = readSettings(command.settings, sourcesOf(environment, flags));
  const { signal } = new AbortController();
  const context = { kube, clock, random: systemRandom, log, signal, snapshots: defaultProvider };
  // The others are run by CronJobs, where nobody is asked.
  const terminal = command.byHand ? fakeTerminal('y') : fakeTerminal();
  const since = sandbox.requests.length;
  let result: unknown;
  let failure: unknown;
  try {
    result = await command.run(settings, context, { rows, output: 'json', terminal });
  } catch (error) {
    failure = error;
    if (error instanceof ResultError) ({ result } = error);
    log.error(error);
  } finally {
    await kube.close();
  }
  return {
    result: result as object | undefined,
    error: failure,
    requests: sandbox.requests.slice(since),
    log: lines.join(''),
    terminal: asOnTerminal(lines),
    printed: result === undefined ? {} : await print(command, result as object),
    said: [...terminal.asked, ...terminal.notes],
  };
}

async function print<Table extends SettingsTable, Settings>(
  { views = {} }: Command<Table, Settings>,
  result: object,
): Promise<Record<string, string>> {
  const printed: Record<string, string> = {};
  for (const output of ['json', 'yaml']) printed[output] = [...(await asData(result, output))].join('');
  for (const [name, view] of Object.entries(views)) printed[name] = view(result, { colour: false });
  return printed;
}

/** What the log of a pod would have been for a person. */
function asOnTerminal(lines: readonly string[]): string {
  let text = '';
  const log = createLogger({ isTerminal: true, stream: { write: (line: string) => (text += line) } });
  for (const line of lines) {
    const { level, time: _, msg, ...fields } = JSON.parse(line) as Record<string, string>;
    log[level as 'info'](fields, msg ?? '');
  }
  return text;
}
