import type { StatusChanges } from '../status/watch-status.ts';
import { asData } from './as-data.ts';
import { StatusColumns } from './status-columns.ts';
import { alignedLine, columnWidths, headline } from './table.ts';

interface Look {
  readonly output: string;
  readonly colour: boolean;
  readonly hasNamespaces: boolean;
}

/** Writes changes in one format, as they come: lines, each with its line break. */
export function statusFollower({
  output,
  colour,
  hasNamespaces,
}: Look): (changed: StatusChanges) => Promise<string> {
  if (output === 'json' || output === 'yaml') return (changed) => documents(changed, output);
  const columns = new StatusColumns({ wide: output === 'wide', hasNamespaces });
  let widths: number[] | undefined;
  // The first lines decide how wide the columns are, as with kubectl.
  return ({ report, changes }) => {
    if (changes.length === 0) return Promise.resolve('');
    const rows = changes.map(({ event, line }) =>
      columns.row({ ...line, gone: event === 'DELETED' }, report.at),
    );
    const isFirst = widths === undefined;
    widths ??= columnWidths([columns.head, ...rows]);
    const lines = isFirst ? [headline(columns.head, widths, { colour })] : [];
    for (const row of rows) lines.push(alignedLine(row, widths, { colour }));
    return Promise.resolve(lines.map((line) => `${line}\n`).join(''));
  };
}

async function documents({ changes }: StatusChanges, output: 'json' | 'yaml'): Promise<string> {
  // The end of a document is marked, too: what comes next may be long in coming.
  const [begin, end] = output === 'yaml' ? ['---\n', '...\n'] : ['', ''];
  const texts = changes.map(({ event, line }) => asData({ event, ...line }, output));
  return (await Promise.all(texts)).map((text) => `${begin}${[...text].join('')}\n${end}`).join('');
}
