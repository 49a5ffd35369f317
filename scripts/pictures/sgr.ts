/** How a piece of text on a terminal looks. */
export interface Look {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly colour: Colour | undefined;
}

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

/** A piece of a line, all of it with one look. */
export interface Span extends Look {
  readonly text: string;
}

export type Line = readonly Span[];

const plain: Look = { bold: false, dim: false, colour: undefined };

const changes: Readonly<Record<number, Partial<Look>>> = {
  0: plain,
  1: { bold: true },
  2: { dim: true },
  22: { bold: false, dim: false },
  31: { colour: 'red' },
  32: { colour: 'green' },
  33: { colour: 'yellow' },
  34: { colour: 'blue' },
  35: { colour: 'magenta' },
  36: { colour: 'cyan' },
  39: { colour: undefined },
};

/** What a terminal is steered by; line breaks are no longer there. */
const steering = /\p{Cc}(?:\[(?<parameters>[\d;]*)(?<final>[A-Za-z]))?/gu;

const escape = '\u001B';
const eraseLine = `${escape}[K`;

/**
 * What a terminal shows of the text that a program wrote to it: its lines, with the looks that SGR codes (ECMA-48) gave
 * them. A line that was erased to be written anew is shown as it was in the end. Throws at a code that no picture has.
 */
export function linesOf(written: string): Line[] {
  const shown = written.replaceAll('\r\n', '\n').split('\n');
  let look = plain;
  const lines = shown.map((line) => {
    const [spans, end] = spansOf(line.split(`\r${eraseLine}`).at(-1) ?? '', look);
    look = end;
    return spans;
  });
  return lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
}

function spansOf(line: string, before: Look): [Line, Look] {
  const spans: Span[] = [];
  let look = before;
  let from = 0;
  const add = (to: number): void => {
    if (to > from) spans.push({ text: line.slice(from, to), ...look });
  };
  for (const match of line.matchAll(steering)) {
    add(match.index);
    from = match.index + match[0].length;
    look = changed(look, match);
  }
  add(line.length);
  return [spans, look];
}

function changed(look: Look, { 0: code, groups: { parameters = '', final } = {} }: RegExpExecArray): Look {
  if (final !== 'm' || !code.startsWith(escape))
    throw new Error(`A picture cannot show ${JSON.stringify(code)}`);
  return parameters.split(';').reduce((so, parameter) => {
    const change = changes[Number(parameter)];
    if (!change) throw new Error(`A picture cannot show ${JSON.stringify(code)}`);
    return { ...so, ...change };
  }, look);
}

/** Lines of at most `columns` characters: a terminal goes on below with what is wider. */
export function wrapped(lines: readonly Line[], columns: number): Line[] {
  return lines.flatMap((line) => {
    const rows: Span[][] = [[]];
    let room = columns;
    for (const { text, ...look } of line) {
      let rest = Array.from(text);
      while (rest.length > 0) {
        if (room === 0) {
          rows.push([]);
          room = columns;
        }
        const piece = rest.slice(0, room);
        rows.at(-1)?.push({ text: piece.join(''), ...look });
        room -= piece.length;
        rest = rest.slice(piece.length);
      }
    }
    return rows;
  });
}
