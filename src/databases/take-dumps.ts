import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { named, type CheckedDatabase, type Dump, type Engine } from './database.ts';
import { refused, runScript, type ScriptEnd, type ScriptRun } from './run-script.ts';

/** One file to be made, as the engine's script takes it. */
export interface Part {
  readonly kind: string;
  /** What the tool is told; of a database its name. */
  readonly name: string;
  readonly database?: string;
  readonly path: string;
}

export interface DumpRequest {
  readonly engine: Engine;
  readonly checked: CheckedDatabase;
  readonly script: string;
  /** Of the script, before those of the parts. */
  readonly args: readonly string[];
  readonly secret: ScriptRun['secret'];
  readonly parts: readonly Part[];
}

/** Exit status of the dump script when a proven dump could not be put in place. */
const notInPlace = 66;

/** Makes all parts in one exec, or leaves every old one as it was. Throws UserError 'dump', or 'preflight' before it began. */
export async function takeDumps(request: DumpRequest, context: Context): Promise<readonly Dump[]> {
  const { checked, script, args, secret, parts } = request;
  const { container } = checked;
  const id = context.random.id(8);
  const progress = new Progress(request, context);
  const run = await runScript(
    {
      script,
      args: [
        ...args,
        ...parts.flatMap(({ kind, name, path }) => [kind, name, path, `${path}.${id}.partial`]),
      ],
      secret,
      container,
      onFact: (key, value) => progress.take(key, value),
    },
    context,
  );
  const { dumps } = progress;
  if (run.exitCode === 0 && run.facts.isComplete && dumps.length === parts.length) return dumps;
  throw dumpFailed(request, run, parts[dumps.length]);
}

/** What the script says while it runs. */
class Progress {
  readonly dumps: Dump[] = [];
  readonly #request: DumpRequest;
  readonly #context: Context;
  #startedAt = '';

  constructor(request: DumpRequest, context: Context) {
    this.#request = request;
    this.#context = context;
  }

  take(key: string, value: string): void {
    const { namespace } = this.#request.checked.container;
    if (key === 'begun') this.#startedAt = this.#now();
    if (key === 'written') this.#context.log.info({ namespace, bytes: Number(value) }, 'dumping');
    if (key === 'proven') this.#takeProven(value);
  }

  #takeProven(value: string): void {
    const [, number, bytes, sha256] = /^(\d+) ([1-9]\d*) ([0-9a-f]{64})$/.exec(value) ?? [];
    const part = this.#request.parts[this.dumps.length];
    if (!part || sha256 === undefined || Number(number) !== this.dumps.length) return;
    const { engine, checked } = this.#request;
    this.dumps.push({
      engine,
      version: checked.version,
      toolVersion: checked.toolVersion,
      ...(part.database !== undefined && { database: part.database }),
      path: part.path,
      bytes: Number(bytes),
      sha256,
      startedAt: this.#startedAt,
      completedAt: this.#now(),
    });
  }

  #now(): string {
    return this.#context.clock.now().toISOString();
  }
}

/** `failed` is the part that was not proven any more. */
function dumpFailed(
  { checked, parts }: DumpRequest,
  { exitCode, words }: ScriptEnd,
  failed?: Part,
): UserError {
  const where = named(checked.container);
  const paths = parts.map(({ path }) => path).join(', ');
  if (exitCode === 0) {
    return new UserError(
      'dump',
      `The dump in ${where} ended well, but its answer did not arrive whole, so ${paths} cannot be vouched for; run the backup again${words && `: ${words}`}`,
    );
  }
  const reason = words || `exit status ${exitCode}`;
  if (exitCode === notInPlace) {
    return new UserError(
      'dump',
      `The dump in ${where} is complete, but not all of ${paths} could be replaced by it; run the backup again: ${reason}`,
    );
  }
  const subject = parts.length === 1 || !failed ? 'The dump' : `The dump of ${subjectOf(failed)}`;
  const previous = parts.length === 1 ? `${paths} is as it was` : `dumps are as they were`;
  return new UserError(
    exitCode === refused ? 'preflight' : 'dump',
    `${subject} in ${where} failed, the previous ${previous}: ${reason}`,
  );
}

function subjectOf({ database, kind }: Part): string {
  return database === undefined ? kind : `database '${database}'`;
}
