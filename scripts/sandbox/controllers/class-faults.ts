/** What the parameters of a class make of its snapshots: slow ones, and ones that fail. The same as in the test cluster. */
export class ClassFaults {
  /** How often each content has failed because its class says so. */
  readonly #failures = new Map<string, number>();

  /** Why this attempt fails; undefined when it does not. */
  failureOf(uid: string, parameters: Readonly<Record<string, string>>): string | undefined {
    const failed = this.#failures.get(uid) ?? 0;
    const { error, errorTimes = Infinity } = parameters;
    if (error === undefined || failed >= Number(errorTimes)) return undefined;
    this.#failures.set(uid, failed + 1);
    return error;
  }
}

/** `5s`, `300ms` */
export function milliseconds(duration: string | undefined): number | undefined {
  const [, number, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(duration ?? '') ?? [];
  return number === undefined
    ? undefined
    : Number(number) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : unit === 'm' ? 60_000 : 3_600_000);
}
