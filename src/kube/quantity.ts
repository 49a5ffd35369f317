/** Powers of ten. */
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
/** Powers of 1024. */
const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };

/**
 * What a quantity such as `20Gi`, `1.5G` or `1e3` stands for, rounded up to a whole number as apimachinery's
 * `Quantity.Value` does, and exact up to 2^53. Undefined for what is not a quantity, or negative, which no size is.
 */
export function parseQuantity(text: string): number | undefined {
  const [, whole = '', fraction = '', suffix = '', exponent] =
    /^\+?(?=\.?\d)(\d{0,30})\.?(\d{0,30})(?:([KMGTPE]i|[numkMGTPE]?)|[eE]([+-]?\d{1,2}))$/.exec(text) ?? [];
  if (whole + fraction === '') return undefined;
  const power = (exponent === undefined ? (decimal[suffix] ?? 0) : Number(exponent)) - fraction.length;
  const scaled =
    BigInt(whole + fraction) * 1024n ** BigInt(binary[suffix] ?? 0) * 10n ** BigInt(Math.max(power, 0));
  const divisor = 10n ** BigInt(Math.max(-power, 0));
  return Number((scaled + divisor - 1n) / divisor);
}
