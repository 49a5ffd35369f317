import type { Verdict } from './judge.ts';

export interface RoomResult {
  readonly room: string;
  /** All that there are, without the equivalent ones; a sample is less. */
  readonly mutants: number;
  readonly equivalent: number;
  readonly verdicts: readonly Verdict[];
}

/** A table in Markdown, then what survived, then the test files that could not be asked. */
export function reportOf(results: readonly RoomResult[], mute: readonly string[]): string {
  const rows = results.map(({ room, mutants, equivalent, verdicts }) => {
    const noticed = verdicts.filter(({ state }) => state === 'noticed').length;
    const score = ((100 * noticed) / verdicts.length).toFixed(1);
    return `| ${room} | ${mutants} | ${verdicts.length} | ${noticed} | ${verdicts.length - noticed} | ${equivalent} | ${score} % |`;
  });
  const survivors = results.flatMap(({ verdicts }) => verdicts).filter(({ state }) => state !== 'noticed');
  return [
    '| room | mutants | tried | noticed | survived | equivalent | score |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...survivors.map(lineOf),
    '',
    ...(mute.length > 0 ? ['Not asked, as they do not pass without a mutant:', ...mute, ''] : []),
  ].join('\n');
}

function lineOf({ mutant: { file, line, kind, change }, state, tests }: Verdict): string {
  const asked = state === 'unreached' ? 'no test runs it' : `${tests.length} test files asked`;
  return `${file}:${line}  ${kind}  ${change}  (${asked})`;
}
