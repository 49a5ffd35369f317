import { defineSettings } from '../settings/schema.ts';
import { commit, version as own } from './build-info.ts';
import { defineCommand } from './command.ts';
import { alignedTable } from './table.ts';

/** What a person says of the program in a report of a fault. */
export interface VersionResult {
  readonly version: string;
  readonly commit?: string | undefined;
  /** That it runs in. */
  readonly node: string;
  /** As Node.js calls them: `linux/x64`. */
  readonly platform: string;
}

export const version = defineCommand({
  name: 'version',
  summary: 'Show the version of this program, and what it runs in',
  help: "'backup-ns --version' shows the version alone.",
  examples: [{ words: 'For a program', line: 'backup-ns version -o json' }],
  settings: defineSettings({ table: {}, check: () => [], build: () => ({}) }),
  endings: [],
  isOffline: true,
  byHand: true,
  run: (): Promise<VersionResult> =>
    Promise.resolve({
      version: own,
      commit,
      node: process.version,
      platform: `${process.platform}/${process.arch}`,
    }),
  views: { text },
});

function text(result: VersionResult): string {
  return alignedTable(
    [],
    [
      ['Version:', result.version],
      ['Commit:', result.commit ?? 'unknown'],
      ['Node.js:', result.node],
      ['Platform:', result.platform],
    ],
  );
}
