import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf, wrapped } from '../../../scripts/pictures/sgr.ts';
import { svgOf } from '../../../scripts/pictures/svg.ts';
import { themes } from '../../../scripts/pictures/themes.ts';
import { paint } from '../../../src/core/terminal-text.ts';
import { textsOf } from './svg-text.ts';

const picture = { title: 'a picture', columns: 100 };
/** Anything that a program writes to a terminal without steering it. */
const lineOfText = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((text) => text.replaceAll(/\p{Cc}/gu, ' '));

function plainText(written: string): string[] {
  return linesOf(written).map((line) => line.map(({ text }) => text).join(''));
}

describe('the picture of a terminal', () => {
  test('is well-formed XML, and its text is what was written, whatever that is', () => {
    fc.assert(
      fc.property(fc.array(lineOfText, { minLength: 1 }), (lines) => {
        const painted = lines.map((line, index) => paint(line, index % 2 === 0 ? 'bold' : undefined));
        const svg = svgOf({ ...picture, written: `${painted.join('\n')}\n` }, themes.light);
        expect(textsOf(svg, 'text')).toEqual(lines.filter((line) => line !== ''));
      }),
    );
  });

  test('has a title for those who do not see it', () => {
    const svg = svgOf({ ...picture, title: 'a < b & "c"', written: 'text' }, themes.dark);
    expect(textsOf(svg, 'title')).toEqual(['a < b & "c"']);
  });

  test('is the same for the same text', () => {
    const written = `${paint('NAME', 'bold')}  AGE\n`;
    expect(svgOf({ ...picture, written }, themes.light)).toBe(svgOf({ ...picture, written }, themes.light));
  });

  test('grows with its lines, and a longer line goes on below', () => {
    const heightOf = (written: string) =>
      Number(/height="(\d+)"/.exec(svgOf({ ...picture, written }, themes.light))?.[1]);
    const [one, two] = [heightOf('x'), heightOf('x\nx')];
    expect(heightOf('x'.repeat(101))).toBe(two);
    expect(heightOf('x\nx\nx') - two).toBe(two - one);
  });

  test('gives a painted word the class of its colour, and no other', () => {
    const svg = svgOf({ ...picture, written: `${paint('ERROR', 'red')} went wrong` }, themes.light);
    expect(svg).toContain('><tspan class="red">ERROR</tspan> went wrong</text>');
  });

  test('has colours that can be read on its background', () => {
    for (const { background, border: _, ...colours } of Object.values(themes)) {
      const tooFaint = Object.values(colours).filter((colour) => contrast(colour, background) < 4.5);
      expect(tooFaint).toEqual([]);
    }
  });
});

describe('what a terminal shows', () => {
  test('is the text without the codes', () => {
    fc.assert(
      fc.property(fc.array(lineOfText, { minLength: 1 }), (lines) => {
        const painted = lines.map((line) => paint(line, 'dim')).join('\r\n');
        expect(plainText(`${painted}\r\n`)).toEqual(lines);
      }),
    );
  });

  test('is the last of what was written on a line that was erased', () => {
    expect(plainText('\r\u001B[Kwaiting\r\u001B[Kstill waiting\r\u001B[Kdone\r\n')).toEqual(['done']);
  });

  test('keeps a look from line to line until it is reset', () => {
    const [first, second] = linesOf('\u001B[1;31ma\nb\u001B[0mc');
    expect(first).toEqual([{ text: 'a', bold: true, dim: false, colour: 'red' }]);
    expect(second).toMatchObject([
      { text: 'b', bold: true, colour: 'red' },
      { text: 'c', bold: false, colour: undefined },
    ]);
  });

  test.for(['\u001B[5m', '\u001B[38;5;9m', '\u001B[2J', '\u0007', '\u001B]0;x\u0007'])(
    'is not guessed where %j is written',
    (code) => {
      expect(() => linesOf(`a${code}b`)).toThrow('A picture cannot show');
    },
  );

  test('is wrapped at its columns, and nothing of it is lost', () => {
    fc.assert(
      fc.property(lineOfText, fc.integer({ min: 1, max: 20 }), (text, columns) => {
        const rows = wrapped(linesOf(`${paint(text, 'cyan')}x`), columns).map((row) =>
          row.map((span) => span.text).join(''),
        );
        expect(rows.join('')).toBe(`${text}x`);
        for (const row of rows) expect(Array.from(row).length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

/** As WCAG 2 has it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
