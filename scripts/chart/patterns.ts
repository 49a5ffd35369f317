/** Patterns for JSON Schema, which has no bounds for a text: without lookahead, as helm reads them with Go. */

/** Whole numbers from `minimum` to `maximum`, with zeros before them or not. */
export function numberPattern(minimum: number, maximum: number): string {
  const parts = minimum === 0 ? ['0'] : [];
  // The lengths that have all their numbers within the bounds, which lie beside each other, as one part.
  const whole: number[] = [];
  for (let length = 1, low = 1; low <= maximum; length += 1, low *= 10) {
    const [from, to] = [Math.max(low, minimum), Math.min(low * 10 - 1, maximum)];
    if (to - from === low * 9 - 1) whole.push(length - 1);
    else if (from <= to) parts.push(...sameLength(String(from), String(to)));
  }
  const [least, most] = [whole.at(0), whole.at(-1)];
  if (least !== undefined) parts.push(`[1-9]${most === 0 ? '' : `[0-9]{${least},${most}}`}`);
  return `0*(${parts.join('|')})`;
}

/** Of as many digits each. */
function sameLength(from: string, to: string): string[] {
  const [first, last] = [from.charAt(0), to.charAt(0)];
  const [after, before] = [from.slice(1), to.slice(1)];
  if (after === '') return [digits(first, last)];
  if (first === last) return sameLength(after, before).map((rest) => `${first}${rest}`);
  const isLow = /^0*$/.test(after);
  const isHigh = /^9*$/.test(before);
  const [low, high] = [Number(first) + (isLow ? 0 : 1), Number(last) - (isHigh ? 0 : 1)];
  const any = after.length === 1 ? '[0-9]' : `[0-9]{${after.length}}`;
  return [
    ...(isLow ? [] : sameLength(after, '9'.repeat(after.length)).map((rest) => `${first}${rest}`)),
    ...(low <= high ? [`${digits(String(low), String(high))}${any}`] : []),
    ...(isHigh ? [] : sameLength('0'.repeat(after.length), before).map((rest) => `${last}${rest}`)),
  ];
}

function digits(from: string, to: string): string {
  return from === to ? from : `[${from}-${to}]`;
}

/**
 * Durations from a second to so many hours. Of those that have more of a smaller unit than the next one holds, such as 167h120m, it
 * takes some that are too long: a pattern cannot add.
 */
export function durationPattern(hours: number): string {
  const [anyMinutes, anySeconds] = ['([0-9]+m)?', '([0-9]+s)?'];
  return [
    `${numberPattern(1, hours - 1)}h${anyMinutes}${anySeconds}`,
    `0*${hours}h(0+m)?(0+s)?`,
    `(0+h)?${numberPattern(1, hours * 60 - 1)}m${anySeconds}`,
    `(0+h)?0*${hours * 60}m(0+s)?`,
    `(0+h)?(0+m)?${numberPattern(1, hours * 3600)}s`,
  ].join('|');
}
