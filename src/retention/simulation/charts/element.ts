/** An SVG element as text, on a line of its own when it has others in it. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...content: readonly string[]
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const start = `<${name}${written.join('')}`;
  if (content.length === 0) return `${start}/>`;
  const isNested = content.some((one) => one.startsWith('<'));
  return `${start}>${isNested ? `\n${content.join('\n')}\n` : content.join('')}</${name}>`;
}

/** What a person reads, as it may stand in an element. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A tenth of a pixel is enough. */
export function round(number: number): number {
  return Math.round(number * 10) / 10;
}
