/** What a page is to be about, in bytes: five hundred ordinary objects are a fifth of it. */
const targetBytes = 4 * 1024 * 1024;

/** Beyond this a page is read no further, and asked for in smaller pieces. No object that is stored is as large. */
export const maximumPageBytes = 16 * 1024 * 1024;

/** How many objects the next page is to have after one of so many objects and bytes: bytes are what memory is used for. */
export function nextPageSize(
  size: number,
  page: { objects: number; bytes: number },
  maximum: number,
): number {
  const fitting = Math.floor((targetBytes / Math.max(page.bytes, 1)) * Math.max(page.objects, 1));
  return Math.max(1, Math.min(fitting, 2 * size, maximum));
}

/** After a page that was too large; undefined when there is no smaller one. */
export function smallerPageSize(size: number): number | undefined {
  return size <= 1 ? undefined : Math.max(1, Math.floor(size / 8));
}
