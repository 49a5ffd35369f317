/**
 * How a script names a database, whose name may have any character: every byte as `\0` and three octal digits, which the
 * shell turns back with `printf %b`. Undefined when it is not that, or when the bytes are not UTF-8.
 */
export function fromOctal(text: string): string | undefined {
  if (!/^(?:\\0[0-3][0-7]{2})+$/.test(text)) return undefined;
  const bytes = text
    .split('\\0')
    .slice(1)
    .map((digits) => Number.parseInt(digits, 8));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
