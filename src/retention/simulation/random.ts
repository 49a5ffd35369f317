/**
 * Numbers 0 <= x < 1 that look random, the same ones for the same seed: mulberry32, which is
 * enough for throwing dice over backups (https://github.com/bryc/code/blob/master/jshash/PRNGs.md).
 */
export function seededFractions(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
