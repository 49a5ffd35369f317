import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The last characters of an output, for an error message; nothing more is kept of it. */
export class Tail extends Writable {
  readonly #limit: number;
  readonly #decoder = new StringDecoder();
  #text = '';

  constructor(limit = 4000) {
    super();
    this.#limit = limit;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#text = (this.#text + this.#decoder.write(chunk)).slice(-this.#limit);
    done();
  }

  /** One line: the tools' own words. */
  words(): string {
    return this.#text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('; ');
  }
}

/** What a container says may be anybody's: more than a server with hundreds of thousands of tables makes our scripts say. */
const mostBytes = 256 * 1024 * 1024;
const mostOfLine = 4 * 1024 * 1024;

/** The KEY=VALUE lines of a script's stdout; each complete line is also handed to `onLine` as it comes. */
export class Facts extends Writable {
  readonly #facts = new Map<string, string[]>();
  readonly #onLine: (key: string, value: string) => void;
  readonly #decoder = new StringDecoder();
  #rest = '';
  #isComplete = false;
  #bytes = 0;

  constructor(onLine: (key: string, value: string) => void = () => {}) {
    super();
    this.#onLine = onLine;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.#bytes += chunk.length;
    if (this.#bytes > mostBytes || this.#rest.length > mostOfLine)
      return done(new Error('the script in the container says more than any of ours does'));
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    done();
  }

  /** Whether the script said `end`: exit status 0 does not prove that its output arrived (kubernetes#124571). */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The last of that key. */
  get(key: string): string | undefined {
    return this.#facts.get(key)?.at(-1);
  }

  /** All of that key, in the order in which they were said. */
  all(key: string): readonly string[] {
    return this.#facts.get(key) ?? [];
  }

  #take(line: string): void {
    if (line === 'end') this.#isComplete = true;
    const separator = line.indexOf('=');
    if (separator < 1) return;
    const [key, value] = [line.slice(0, separator), line.slice(separator + 1)];
    const all = this.#facts.get(key);
    if (all) all.push(value);
    else this.#facts.set(key, [value]);
    this.#onLine(key, value);
  }
}
