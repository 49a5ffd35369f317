import type { Change } from '../catalogue/changes.ts';
import type { SnapshotRow } from '../catalogue/snapshot-row.ts';
import { asData } from './as-data.ts';
import { nameLine } from './snapshot-cells.ts';
import { SnapshotColumns } from './snapshot-columns.ts';
import { alignedLine, columnWidths, headline } from './table.ts';

/** How changes are written in one format, as they come. */
export interface Follower {
  /** The same for two rows that look the same in this format. */
  readonly fingerprint: (row: SnapshotRow) => string;
  /** Lines, each with its line break. */
  readonly write: (changes: readonly Change[], now: Date) => string | Promise<string>;
}

interface Look {
  readonly output: string;
  readonly colour: boolean;
  readonly hasNamespaces: boolean;
}

export function followerOf({ output, colour, hasNamespaces }: Look): Follower {
  if (output === 'name') return names;
  if (output === 'json' || output === 'yaml') return documents(output);
  return tableFollower(new SnapshotColumns({ wide: output === 'wide', hasNamespaces }), colour);
}

/** The first lines decide how wide the columns are, as with kubectl. */
function tableFollower(columns: SnapshotColumns, colour: boolean): Follower {
  let widths: number[] | undefined;
  return {
    fingerprint: (row) => columns.fingerprint(row),
    write(changes, now) {
      const [first] = changes;
      if (!first) return '';
      const rows = changes.map(({ event, row }) =>
        columns.row({ ...row, deleted: event === 'DELETED' }, now),
      );
      const lines: string[] = [];
      if (!widths) {
        // One that goes must not move the columns later.
        const leaving = columns.row({ ...first.row, deleting: true }, now);
        widths = columnWidths([columns.head, ...rows, leaving]);
        lines.push(headline(columns.head, widths, { colour }));
      }
      for (const row of rows) lines.push(alignedLine(row, widths, { colour }));
      return lines.map((line) => `${line}\n`).join('');
    },
  };
}

/** Each name once: when it begins to be one of those that are wanted. */
const names: Follower = {
  fingerprint: () => '',
  write: (changes) =>
    changes.flatMap(({ event, row }) => (event === 'ADDED' ? [`${nameLine(row)}\n`] : [])).join(''),
};

function documents(output: 'json' | 'yaml'): Follower {
  // The end of a document is marked, too: what comes next may be long in coming, or be the error that ends it all.
  const [begin, end] = output === 'yaml' ? ['---\n', '...\n'] : ['', ''];
  return {
    fingerprint: (row) => JSON.stringify(row),
    async write(changes) {
      const texts = changes.map(({ event, row, matches }) =>
        asData({ event, ...(!matches && { matches }), ...row }, output),
      );
      return (await Promise.all(texts)).map((text) => `${begin}${[...text].join('')}\n${end}`).join('');
    },
  };
}
