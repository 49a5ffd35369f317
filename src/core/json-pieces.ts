/** How many elements of a list go into one piece. */
const perPiece = 500;

/** The JSON of an object in pieces, so that a result with a hundred thousand elements never is one string. */
export function* jsonPieces(value: object): Generator<string> {
  yield '{';
  let separator = '';
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    separator = ',';
    if (Array.isArray(field)) yield* listPieces(field);
    else yield JSON.stringify(field);
  }
  yield '}';
}

function* listPieces(list: readonly unknown[]): Generator<string> {
  yield '[';
  for (let start = 0; start < list.length; start += perPiece) {
    const piece = JSON.stringify(list.slice(start, start + perPiece)).slice(1, -1);
    yield start === 0 ? piece : `,${piece}`;
  }
  yield ']';
}
