/** In milliseconds. */
export interface LockfileTimes {
  /** How often the holder of a slot renews it. */
  readonly renew: number;
  /** How long after its last renewal the holder believes in it. */
  readonly hold: number;
  /** How long others must have seen no renewal, each by its own monotonic clock, until they take the slot. */
  readonly dead: number;
  /** How often a waiting job looks. */
  readonly poll: number;
  /** How many of our looks in a row must find that a waiting job has not looked either, until we pass it by. */
  readonly absentLooks: number;
}

/** An NFS client may show a change 3 s late, and a server that restarts is away for half a minute. */
export const lockfileTimes: LockfileTimes = {
  renew: 10_000,
  hold: 45_000,
  dead: 60_000,
  poll: 300,
  absentLooks: 5,
};
