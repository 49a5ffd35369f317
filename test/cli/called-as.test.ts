import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { calledAs } from '../../src/cli/called-as.ts';

it.each([
  [undefined, 'backup-ns', false],
  ['/usr/local/lib/backup-ns/backup-ns.mjs', 'backup-ns', false],
  ['/usr/local/bin/backup-ns', 'backup-ns', false],
  ['/usr/local/bin/kubectl-backup_ns', 'kubectl backup-ns', false],
  ['/usr/local/bin/kubectl_complete-backup_ns', 'kubectl backup-ns', true],
])('the program knows how it was called: %s', (path, name, isCompletion) => {
  expect(calledAs(path)).toEqual({ name, isCompletion });
});

it('the package and the image have the program under each of its names', () => {
  const names = ['backup-ns', 'kubectl-backup_ns', 'kubectl_complete-backup_ns'];
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: Record<string, string> };
  expect(bin).toEqual(Object.fromEntries(names.map((name) => [name, 'dist/backup-ns.mjs'])));
  const linked = /for name in (.+); do \\\n\s+ln -s (\S+) "\/usr\/local\/bin\/\$name"/.exec(
    readFileSync('Dockerfile', 'utf8'),
  );
  expect(linked?.slice(1)).toEqual([names.join(' '), '/usr/local/lib/backup-ns/backup-ns.mjs']);
});
