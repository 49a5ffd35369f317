import { createInterface } from 'node:readline/promises';

/** Who called the command: what they see, and what they can be asked. */
export interface Terminal {
  /** Whether what is printed may be coloured. */
  readonly colour: boolean;
  /** Whether a person is there to answer. */
  readonly canAsk: boolean;
  /** Text on stdout before the result, such as changes as they happen; resolves when the reader can take more. */
  print(text: string): Promise<void>;
  /** Puts a question on stderr. Resolves to the line of the answer, '' at the end of input. */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

export function openTerminal(wantsColour: boolean): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    colour: wantsColour && stdout.isTTY,
    canAsk: stdin.isTTY && stderr.isTTY,
    print: (text) => new Promise((resolve) => stdout.write(text, () => resolve())),
    async ask(question, signal) {
      const lines = createInterface({ input: stdin, output: stderr });
      const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      try {
        return await Promise.race([lines.question(question, { signal }), ended]);
      } finally {
        lines.close();
      }
    },
  };
}
