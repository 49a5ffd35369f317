/** A process in a container, and what tells it from a later one with the same number. */
export interface RemoteProcess {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot; empty where there is no /proc. */
  readonly startTime: string;
}

const marker = 'backup-ns-exec';
const maxAnnouncementBytes = 4096;

/**
 * Says on stderr which process this is, and becomes the command: same process, same number.
 * `${stat##*) }` is /proc/PID/stat from field 3 on; the name before it may contain anything.
 */
const announceScript = `
backup_ns_stat=
{ IFS= read -r backup_ns_stat < "/proc/$$/stat"; } 2>/dev/null
echo "${marker} $$ \${backup_ns_stat##*) }" >&2
exec "$@"
`;

/** The command, wrapped so that it can be found and killed: closing the WebSocket does not end a remote process. */
export function announced(command: readonly string[]): string[] {
  return ['sh', '-c', announceScript, 'sh', ...command];
}

/** Takes the first line out of stderr, where it is the wrapper's. */
export class Announcement {
  readonly #process = Promise.withResolvers<RemoteProcess | undefined>();
  #held: Buffer | undefined = Buffer.alloc(0);

  /** undefined when stderr did not begin with an announcement. */
  get process(): Promise<RemoteProcess | undefined> {
    return this.#process.promise;
  }

  /** Returns what belongs to the command itself. */
  takeFrom(payload: Buffer): Buffer {
    if (this.#held === undefined) return payload;
    this.#held = Buffer.concat([this.#held, payload]);
    const end = this.#held.indexOf(10);
    if (end === -1 && this.#held.length < maxAnnouncementBytes) return Buffer.alloc(0);
    const all = this.#held;
    this.#held = undefined;
    const process = parse(all.toString('utf8', 0, Math.max(end, 0)));
    this.#process.resolve(process);
    // No shell in the container, for example: then the first line is the runtime's complaint.
    return process === undefined ? all : all.subarray(end + 1);
  }

  /** There will be no more of stderr. Returns what was held back of it, waiting for the end of its first line. */
  end(): Buffer {
    const rest = this.#held ?? Buffer.alloc(0);
    this.#held = undefined;
    this.#process.resolve(undefined);
    return rest;
  }
}

function parse(line: string): RemoteProcess | undefined {
  const [word, pid, ...fields] = line.split(' ');
  if (word !== marker || !/^[1-9]\d*$/.test(pid ?? '')) return undefined;
  return { pid: Number(pid), startTime: fields[19] ?? '' };
}
