/** Does something with each item, so many at a time. */
export async function concurrently<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<unknown>,
  workers = 16,
): Promise<void> {
  const waiting = Iterator.from(items);
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
