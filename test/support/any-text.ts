import * as fc from 'fast-check';

const point = fc.oneof(fc.nat(0xff), fc.nat(0xffff), fc.nat(0x10ffff));

/** Any code points, halves of pairs among them, and mostly few. fast-check's own `binary` takes a second to begin with. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.array(point, { maxLength }).map((points) => String.fromCodePoint(...points));
}
