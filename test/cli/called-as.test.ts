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
