import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../scripts/run.ts';

const script = join(import.meta.dirname, '../../../scripts/release/push-chart.sh');
const digest = `sha256:${'a1'.repeat(32)}`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'push-chart-'));
  mkdirSync(join(folder, 'tmp'));
  program('cosign', 'echo "cosign $*" >> "$CALLS"');
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** A helm that packs version 1.2.3 and says this when it pushes. */
function helmThatSays(words: string, status = 0): void {
  program(
    'helm',
    `echo "helm $1 $2" >> "$CALLS"
case $1 in
  package) : > "$4/backup-ns-1.2.3.tgz" ;;
  push) printf '${words}' >&2; exit ${status} ;;
esac`,
  );
}

const push = (version = '1.2.3'): Promise<string> =>
  run('sh', [script, 'charts/backup-ns', version, 'registry.example/charts'], {
    env: {
      PATH: `${folder}:${process.env['PATH']}`,
      CALLS: join(folder, 'calls'),
      TMPDIR: join(folder, 'tmp'),
    },
  });
const calls = (): string => readFileSync(join(folder, 'calls'), 'utf8');

test('a chart is signed by the digest that it was pushed under', async () => {
  helmThatSays(`Pushed: registry.example/charts/backup-ns:1.2.3\\nDigest: ${digest}\\n`);
  await push();
  expect(calls()).toContain(`cosign sign --yes registry.example/charts/backup-ns@${digest}\n`);
});

test.for([
  ['that says no digest', 'Pushed: registry.example/charts/backup-ns:1.2.3\\n', 0, /not signed/],
  ['that says half a digest', `Digest: ${digest.slice(0, 40)}\\n`, 0, /not signed/],
  ['that fails', `Digest: ${digest}\\nunauthorized\\n`, 1, /unauthorized/],
] as const)('a push %s signs nothing', async ([, words, status, error]) => {
  helmThatSays(words, status);
  await expect(push()).rejects.toThrow(error);
  expect(calls()).not.toContain('cosign');
});

test('a chart of another version than the release is not pushed', async () => {
  helmThatSays(`Digest: ${digest}\\n`);
  await expect(push('1.2.4')).rejects.toThrow('is not of version 1.2.4');
  expect(calls()).not.toContain('push');
});
