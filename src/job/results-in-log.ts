import { isRecord } from '../kube/object.ts';

/** A snapshot that a backup made, as its result names it. */
export interface MadeSnapshot {
  readonly name: string;
  readonly pvc: string;
}

/** A result is on one line; more than this is none of ours. */
const longestLine = 4 << 20;
/** Of a Kubernetes object. */
const longestName = 253;
const mostSnapshots = 10_000;

/** Reads the results of runs out of their log, which comes in pieces: one line of JSON each, among lines of anything. */
export class ResultsInLog {
  #pieces: Buffer[] = [];
  #length = 0;
  #snapshots: readonly MadeSnapshot[] | undefined;

  /** At the end of the log; undefined when no run has told of its end. */
  snapshots(): readonly MadeSnapshot[] | undefined {
    this.#endLine();
    return this.#snapshots;
  }

  add(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      this.#keep(bytes.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length > longestLine) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  #endLine(): void {
    const made = this.#length > longestLine ? undefined : snapshotsOf(Buffer.concat(this.#pieces).toString());
    if (made) this.#snapshots = [...(this.#snapshots ?? []), ...made].slice(0, mostSnapshots);
    this.#pieces = [];
    this.#length = 0;
  }
}

/** Those of a line that is the result of a run, be it a failed one, which has an exit code and may have no snapshots. */
function snapshotsOf(line: string): MadeSnapshot[] | undefined {
  if (!line.startsWith('{')) return undefined;
  const result = parsed(line);
  if (!isRecord(result)) return undefined;
  const { snapshots, error, exitCode } = result;
  if (!Array.isArray(snapshots))
    return typeof error === 'string' && typeof exitCode === 'number' ? [] : undefined;
  return snapshots.flatMap((one: unknown) => {
    if (!isRecord(one)) return [];
    const { name, pvc } = one;
    return isName(name) && isName(pvc) ? [{ name, pvc }] : [];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestName;
}
