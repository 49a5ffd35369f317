/** Where the elements of a list's `items` lie in its JSON, in bytes: the ends are behind them. */
export interface ItemBounds {
  /** Behind `[`, and at its `]`. */
  readonly from: number;
  readonly to: number;
  /** Start and end of one after the other. */
  readonly bounds: readonly number[];
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const itemsKey = Buffer.from('"items"');

/** Undefined when there is no array of that name at the top, or the JSON is cut short; what lies between is not judged. */
export function findItems(json: Buffer): ItemBounds | undefined {
  let at = skipSpace(json, 0);
  if (json[at] !== openBrace) return undefined;
  for (at = skipSpace(json, at + 1); json[at] === quote; at = skipSpace(json, at + 1)) {
    const key = at;
    const keyEnd = skipString(json, at);
    at = skipSpace(json, keyEnd);
    if (json[at] !== colon) return undefined;
    at = skipSpace(json, at + 1);
    if (json[at] === openBracket && json.subarray(key, keyEnd).equals(itemsKey)) return elements(json, at);
    at = skipSpace(json, skipValue(json, at));
    if (json[at] !== comma) return undefined;
  }
  return undefined;
}

function elements(json: Buffer, bracket: number): ItemBounds | undefined {
  const bounds: number[] = [];
  const from = bracket + 1;
  let at = skipSpace(json, from);
  if (json[at] === closeBracket) return { from, to: at, bounds };
  for (;;) {
    const end = skipValue(json, at);
    bounds.push(at, end);
    at = skipSpace(json, end);
    if (json[at] === closeBracket) return { from, to: at, bounds };
    if (json[at] !== comma) return undefined;
    at = skipSpace(json, at + 1);
  }
}

/** Each of these gives the place behind what it skips; behind the end of all when there is no end to it. */
function skipValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === quote) return skipString(json, start);
  if (first === openBrace || first === openBracket) return skipNested(json, start);
  let at = start;
  while (at < json.length && !endsScalar(json[at])) at++;
  return at;
}

function skipNested(json: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) at = skipString(json, at) - 1;
    else if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at + 1;
  }
  return json.length;
}

function skipString(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
  }
  return json.length;
}

function skipSpace(json: Buffer, start: number): number {
  let at = start;
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte);
}
