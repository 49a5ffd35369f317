const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes of a quantity such as `600Mi`. */
export function bytesOf(quantity: string): number {
  const [, number, unit = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = factors[unit];
  if (number === undefined || factor === undefined)
    throw new Error(`'${quantity}' is not a quantity such as 600Mi`);
  return Math.round(Number(number) * factor);
}

/** A quantity in the largest binary unit that leaves a whole number, as Kubernetes prints sizes. */
export function quantityOf(bytes: number): string {
  const units = ['Ti', 'Gi', 'Mi', 'Ki'].map((unit) => ({ unit, size: factors[unit] ?? 1 }));
  const fitting = units.find(({ size }) => bytes >= size && bytes % size === 0);
  return fitting ? `${bytes / fitting.size}${fitting.unit}` : String(bytes);
}
