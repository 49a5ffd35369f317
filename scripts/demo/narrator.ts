const isTerminal = process.stdout.isTTY;
const hasColour = isTerminal && !process.env['NO_COLOR'];

function paint(code: number, text: string): string {
  return hasColour ? `\u001B[${code}m${text}\u001B[0m` : text;
}

/** A headline, and a line of what is about to happen. */
export function chapter(title: string, ...lines: readonly string[]): void {
  process.stdout.write(`\n${paint(1, title)}\n${lines.map((line) => `${paint(2, line)}\n`).join('')}`);
}

/** A command as a person would type it. */
export function command(text: string): void {
  process.stdout.write(`${paint(36, `$ ${text}`)}\n`);
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function good(text: string): void {
  process.stdout.write(`${paint(32, text)}\n`);
}

/** A line that the next one replaces, on a terminal; elsewhere nothing. */
export function progress(text: string): void {
  if (isTerminal) process.stdout.write(`\r\u001B[K${text}`);
}

/** Ends what `progress` wrote, with a line that stays. */
export function progressed(text: string): void {
  progress('');
  say(text);
}
