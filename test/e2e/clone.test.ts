import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../scripts/run.ts';
import { blocks, checkout } from '../pages/blocks.ts';

const all = blocks.filter(({ how }) => how?.run === 'clone');
const clones = [...new Map(all.map((block) => [block.script, block])).values()];

describe('a block of the pages for a new clone', () => {
  test.for(clones.map((block) => [block.name, block] as const))(
    'does in one what it is there for: %s',
    { timeout: 1_200_000 },
    async ([, { script }]) => {
      const folder = mkdtempSync(join(tmpdir(), 'clone-'));
      try {
        await run('git', ['clone', '--quiet', '--depth', '1', `file://${checkout}`, folder]);
        const output = await run('sh', ['-euc', script], { cwd: folder });
        expect(output).toMatch(/backups and a restore, in \d+ s\./);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
