/**
 * A constant text, such as a program of awk or SQL of ours, as one word of a shell script. Never for a value: those come as
 * arguments.
 */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
