/** A selector that cannot be understood; the API server answers such a request with 400 and this message. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}
