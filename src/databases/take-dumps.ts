import type { Context } from '../context.ts';
import { sentence } from '../core/quoted.ts';
import { named, type CheckedDatabase, type Dump } from './database.ts';
import { listFile } from './dump-files.ts';
import { dumpFailed, type DumpRequest } from './dump-failed.ts';
import type { DatabaseServer, Part } from './engine.ts';
import { listEntry, needsListFile } from './dump-record.ts';
import { runScript } from './run-script.ts';
import { parseWait, WaitReports, waitWords, type Waiting } from './waiting.ts';

/**
 * Dumps the databases of a server that was checked, in one exec: replaces the dump files with complete new ones, or leaves
 * every old one as it was. Throws UserError 'dump' with the tool's own words, or 'preflight' before it began.
 */
export async function takeDumps(
  server: DatabaseServer,
  checked: CheckedDatabase,
  context: Context,
): Promise<readonly Dump[]> {
  const { connection, dump, compression } = server;
  const { lockTimeoutSeconds = Number.POSITIVE_INFINITY } = dump;
  const parts = dump.parts(checked.databases);
  const request = { server, checked, parts, listFile: listFile(server.dumpFile) };
  const id = context.random.id(8);
  const progress = new Progress(request, context);
  const planned = parts.map((part) => plannedDump(request, part));
  const hasList = needsListFile(planned);
  const list = hasList ? [{ kind: 'list', name: '', path: request.listFile }] : [];
  const run = await runScript(
    {
      script: dump.script,
      args: [
        ...connection.args,
        ...dump.args,
        String(compression.level),
        String(compression.threads),
        String(checked.maximumUsedPercent),
        String(Number.isFinite(lockTimeoutSeconds) ? lockTimeoutSeconds : 0),
        ...[...parts, ...list].flatMap(({ kind, name, path }, index) => {
          const one = planned[index];
          return [kind, name, path, `${path}.${id}.partial`, one && hasList ? listEntry(one) : ''];
        }),
      ],
      mark: `${id}.partial`,
      secret: connection.secret,
      container: checked.container,
      onFact: (key, value) => progress.take(key, value),
    },
    context,
  );
  const { dumps, list: listed } = progress;
  const isWhole = dumps.length === parts.length && (listed !== undefined) === hasList;
  if (run.exitCode === 0 && run.facts.isComplete && isWhole) {
    for (const { path, warnings = [] } of dumps)
      for (const warning of warnings)
        context.log.warn({ namespace: checked.container.namespace, path }, warning);
    const said = withWarnings(dumps, run.words, checked, context);
    return listed ? said.map((one) => ({ ...one, listedIn: listed })) : said;
  }
  throw dumpFailed(request, run, progress.waiting, parts[dumps.length]);
}

/** A shell whose locale is not installed says so whenever it starts. */
function isOfTool(line: string): boolean {
  return !line.includes(': warning: setlocale: ');
}

/** What a tool leaves out it says, and ends well. */
function withWarnings(
  dumps: readonly Dump[],
  words: string,
  { container }: CheckedDatabase,
  { log }: Context,
): readonly Dump[] {
  const said = sentence(words.split('; ').filter(isOfTool).join('; '));
  const [first, ...others] = dumps;
  if (said === undefined || !first) return dumps;
  const { namespace } = container;
  log.warn({ namespace }, `The dump in ${named(container)} is complete, but its tools said: ${said}`);
  return [{ ...first, warnings: [...(first.warnings ?? []), said] }, ...others];
}

function plannedDump({ server: { engine }, checked }: DumpRequest, part: Part) {
  const { version, toolVersion, replica } = checked;
  const { database, propertiesOf, path } = part;
  const subject = {
    ...(database !== undefined && { database }),
    ...(propertiesOf !== undefined && { propertiesOf }),
  };
  return { engine, version, toolVersion, ...(replica && { replica }), ...subject, path };
}

/** What the script says while it runs. */
class Progress {
  readonly dumps: Dump[] = [];
  /** Of all dumps, which comes after them. */
  list: Dump['listedIn'];
  waiting: Waiting = {};
  readonly #request: DumpRequest;
  readonly #context: Context;
  readonly #reports = new WaitReports();
  #startedAt = '';
  #warnings: readonly string[] = [];

  constructor(request: DumpRequest, context: Context) {
    this.#request = request;
    this.#context = context;
  }

  take(key: string, value: string): void {
    const { namespace } = this.#request.checked.container;
    if (key === 'begun') [this.#startedAt, this.#warnings] = [this.#now(), []];
    if (key === 'warning') this.#warnings = [...this.#warnings, sentence(value) ?? ''];
    if (key === 'written') this.#context.log.info({ namespace, bytes: Number(value) }, 'dumping');
    if (key === 'proven') this.#takeProven(value);
    if (key === 'waiting') this.#takeWait(value);
    if (key === 'unanswered') this.waiting = { unansweredSeconds: Number(value) };
  }

  #takeWait(line: string): void {
    const { container } = this.#request.checked;
    const { namespace } = container;
    const { log, clock } = this.#context;
    const wait = parseWait(line);
    this.waiting = wait ? { wait } : {};
    if (!wait && this.#reports.end()) log.info({ namespace }, 'the dump does not wait any more');
    if (!wait || !this.#reports.isDue(wait, clock.monotonic())) return;
    const { seconds } = wait;
    log.warn({ namespace, seconds }, `The dump in ${named(container)} waits for ${waitWords(wait)}`);
  }

  #takeProven(value: string): void {
    const [, number, bytes, sha256] = /^(\d+) ([1-9]\d*) ([0-9a-f]{64})$/.exec(value) ?? [];
    if (sha256 === undefined || Number(number) !== this.dumps.length) return;
    const { parts, listFile } = this.#request;
    const part = parts[this.dumps.length];
    if (!part) {
      this.list ??= { path: listFile, bytes: Number(bytes), sha256 };
      return;
    }
    this.dumps.push({
      ...plannedDump(this.#request, part),
      bytes: Number(bytes),
      sha256,
      startedAt: this.#startedAt,
      completedAt: this.#now(),
      ...(this.#warnings.length > 0 && { warnings: this.#warnings }),
    });
  }

  #now(): string {
    return this.#context.clock.now().toISOString();
  }
}
