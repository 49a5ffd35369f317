import { linesOf, wrapped, type Line, type Span } from './sgr.ts';
import type { Theme } from './themes.ts';

export interface Picture {
  /** What the picture shows, for those who do not see it. */
  readonly title: string;
  /** How many characters a line has at most. */
  readonly columns: number;
  /** What was written to the terminal, with its codes. */
  readonly written: string;
}

/** What a narrow picture has in characters: it is not to be blown up. */
const fewestColumns = 80;

/** In pixels. No monospace font in use is wider than 0.602 em. */
const font = { size: 13, width: 7.83, line: 19 };
const margin = 16;

/** A terminal as an SVG: its text can be selected, and it brings no font. */
export function svgOf({ title, columns, written }: Picture, theme: Theme): string {
  const lines = wrapped(linesOf(written), columns);
  const widest = Math.max(fewestColumns, ...lines.map(lengthOf));
  const width = Math.ceil(widest * font.width + 2 * margin);
  const height = lines.length * font.line + 2 * margin;
  const rows = lines.map((line, row) => rowOf(line, margin + row * font.line + font.size));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">${escaped(title)}</title>
<style>${styleOf(theme)}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${theme.background}" stroke="${theme.border}"/>
${rows.join('')}</svg>
`;
}

function lengthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + Array.from(text).length, 0);
}

function styleOf(theme: Theme): string {
  const { background: _, border: __, text, ...colours } = theme;
  const classes = Object.entries(colours).map(([name, colour]) => `.${name}{fill:${colour}}`);
  const fonts = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace';
  return `text{font:${font.size}px ${fonts};fill:${text};white-space:pre}.bold{font-weight:bold}${classes.join('')}`;
}

function rowOf(line: Line, y: number): string {
  if (line.length === 0) return '';
  return `<text xml:space="preserve" x="${margin}" y="${y}">${line.map(spanOf).join('')}</text>\n`;
}

function spanOf({ text, bold, dim, colour }: Span): string {
  const classes = [bold && 'bold', colour ?? (dim && 'dim')].filter(Boolean);
  const shown = escaped(text);
  return classes.length === 0 ? shown : `<tspan class="${classes.join(' ')}">${shown}</tspan>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no way to say what is no character of it, such as half of a surrogate pair. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? '')
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD');
}
