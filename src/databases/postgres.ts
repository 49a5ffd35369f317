import { Readable } from 'node:stream';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { Deadline } from '../kube/deadline.ts';
import type { PostgresSettings } from '../settings/postgres.ts';
import type { CheckedDatabase, Database, DatabaseCheck, DatabaseContainer, Dump } from './database.ts';
import { postgresProblems } from './postgres-problems.ts';
import { checkScript, dumpScript } from './postgres-scripts.ts';
import { Facts, Tail } from './script-output.ts';

/** Exit status of the scripts when the settings do not fit the container. */
const refused = 64;

/** `df` on a dead network file system would never end. */
const checkMilliseconds = 60_000;

/** PostgreSQL, dumped by the `pg_dump` of its own container. `maximumUsedPercent` is of the volume's space. */
export function postgres(settings: PostgresSettings, maximumUsedPercent: number, context: Context): Database {
  return {
    engine: 'postgres',
    check: (container) => check(container, settings, maximumUsedPercent, context),
    dump: (checked) => dump(checked, settings, context),
  };
}

async function check(
  container: DatabaseContainer,
  settings: PostgresSettings,
  maximumUsedPercent: number,
  context: Context,
): Promise<DatabaseCheck> {
  const facts = new Facts();
  using deadline = new Deadline(
    context.clock,
    checkMilliseconds,
    context.signal,
    `the check in ${named(container)}: no end`,
  );
  const { exitCode, errors } = await runScript(checkScript, '', facts, container, settings, {
    ...context,
    signal: deadline.signal,
  });
  if (exitCode !== 0 || !facts.isComplete) {
    const words = errors.words() || `the check ended with exit status ${exitCode} before it was through`;
    return { problems: [`In ${named(container)}: ${words}`], directory: undefined, version: undefined };
  }
  return {
    problems: postgresProblems(facts, settings, maximumUsedPercent, named(container)),
    directory: facts.get('directory'),
    version: facts.get('version'),
  };
}

async function dump(
  { container, version }: CheckedDatabase,
  settings: PostgresSettings,
  context: Context,
): Promise<Dump> {
  const startedAt = context.clock.now().toISOString();
  const partial = `${settings.dumpFile}.${context.random.id(8)}.partial`;
  const facts = new Facts((key, value) => {
    if (key === 'written')
      context.log.info({ namespace: container.namespace, bytes: Number(value) }, 'dumping');
  });
  const run = await runScript(dumpScript, partial, facts, container, settings, context);
  const bytes = Number(facts.get('bytes'));
  const sha256 = facts.get('sha256') ?? '';
  if (run.exitCode !== 0 || !facts.isComplete || !(bytes > 0) || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw dumpFailed(container, settings, run.exitCode, run.errors.words());
  }
  return {
    engine: 'postgres',
    version,
    database: facts.get('database') ?? '',
    path: settings.dumpFile,
    bytes,
    sha256,
    startedAt,
    completedAt: context.clock.now().toISOString(),
  };
}

function dumpFailed(
  container: DatabaseContainer,
  settings: PostgresSettings,
  exitCode: number,
  words: string,
): UserError {
  if (exitCode === 0) {
    return new UserError(
      'dump',
      `The dump in ${named(container)} ended well, but its answer did not arrive whole, so ${settings.dumpFile} cannot be vouched for; run the backup again${words && `: ${words}`}`,
    );
  }
  const reason = words || `exit status ${exitCode}`;
  return new UserError(
    exitCode === refused ? 'preflight' : 'dump',
    `The dump in ${named(container)} failed, the previous ${settings.dumpFile} is as it was: ${reason}`,
  );
}

async function runScript(
  script: string,
  partial: string,
  facts: Facts,
  container: DatabaseContainer,
  settings: PostgresSettings,
  { kube, signal }: Context,
) {
  const { dumpFile, host, port, user, database, password } = settings;
  const values = [user, database].flatMap((credential) =>
    credential.from === 'container' ? ['container', credential.variable] : ['literal', credential.value],
  );
  const secret = password.from === 'container' ? ['container', password.variable] : ['stdin', ''];
  const args = [dumpFile, partial, host, String(port), ...values, ...secret];
  const errors = new Tail();
  const { exitCode } = await kube.exec({
    ...container,
    command: ['sh', '-ceu', script, 'sh', ...args],
    stdin: lifeline(password.from === 'literal' ? `${password.value}\n` : '\n'),
    stdout: facts,
    stderr: errors,
    signal,
  });
  return { exitCode, errors };
}

/** Says `text`, and then stays open for as long as this process lives and wants the script to go on. */
function lifeline(text: string): Readable {
  const stream = new Readable({ read() {} });
  stream.push(text);
  return stream;
}

function named({ namespace, pod, container }: DatabaseContainer): string {
  return `container '${container}' of pod '${pod}' in namespace '${namespace}'`;
}
