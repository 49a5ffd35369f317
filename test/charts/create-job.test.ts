import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodes, type ExitReason } from '../../src/core/errors.ts';

const templates = join(import.meta.dirname, '../../charts/backup-ns/templates');
const template = readFileSync(join(templates, 'create.yaml'), 'utf8');
const pod = readFileSync(join(templates, '_pod.tpl'), 'utf8');
const policy = template.slice(template.indexOf('podFailurePolicy:'), template.indexOf('      template:'));
const notRepeated = (/values: \[([\d, ]+)\]/.exec(policy)?.[1] ?? '').split(',').map(Number);

/** The backup is complete, or the same settings would fail in the same way. */
const ofNoUse: readonly ExitReason[] = ['settings', 'partial'];

it('a Job of the chart makes no backup again that is complete, and tries none again whose settings are wrong', () => {
  expect(notRepeated).toEqual(ofNoUse.map((reason) => exitCodes[reason]));
});

it.each(['unexpected', 'preflight', 'lock', 'dump', 'snapshot', 'cancelled'] as const)(
  'a Job of the chart tries a backup again that ended with: %s',
  (reason) => {
    expect(notRepeated).not.toContain(exitCodes[reason]);
  },
);

it('a Job of the chart does not make a complete backup again on a node that is drained', () => {
  expect(policy).toMatch(/action: FailJob[^]*action: Ignore/);
  expect(pod).toContain('restartPolicy: Never');
});
