const started = performance.now();

/** One line per step on stderr, with the seconds since the start, for a person who waits. */
export function progressReporter(): (line: string) => void {
  return (line) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`${seconds}s  ${line}\n`);
  };
}
