/** What was looked at, and what is to be said of it. */
export interface Diagnosis {
  readonly verdict: 'ok' | 'warning' | 'problem';
  /** In a word or two: `snapshot classes`. */
  readonly check: string;
  /** `cluster`, a namespace, or an object in it as kubectl names it: `shop/cronjob/backup`. */
  readonly where: string;
  readonly what: string;
  /** How it is mended; absent where nothing is to be done. */
  readonly todo?: string | undefined;
}

/** One place that is looked at: what is found there differs in the rest only. */
export class Examination {
  readonly #check: string;
  readonly #where: string;

  constructor(check: string, where: string) {
    this.#check = check;
    this.#where = where;
  }

  ok(what: string): Diagnosis {
    return { verdict: 'ok', check: this.#check, where: this.#where, what };
  }

  warning(what: string, todo?: string): Diagnosis {
    return { verdict: 'warning', check: this.#check, where: this.#where, what, todo };
  }

  problem(what: string, todo?: string): Diagnosis {
    return { verdict: 'problem', check: this.#check, where: this.#where, what, todo };
  }
}
