import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { leaveTerminationMessage } from '../../src/cli/termination-message.ts';

const folder = mkdtempSync(join(tmpdir(), 'termination-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'termination-log');

function left(message: string): string {
  writeFileSync(path, 'what was there before, and is longer');
  leaveTerminationMessage(message, path);
  return readFileSync(path, 'utf8');
}

it('the last words of a container are its error, on one line', () => {
  expect(left('There is no PVC\nThe pod is not ready')).toBe('There is no PVC; The pod is not ready');
});

it('the last words of a container steer no terminal', () => {
  expect(left('bad \u001B[2J name')).not.toContain('\u001B');
});

it('the last words of a container have no more bytes than the kubelet reads, and no half character', () => {
  const words = left(`a${'ä'.repeat(4000)}`);
  expect(Buffer.byteLength(words)).toBe(4095);
  expect(words).not.toContain('\uFFFD');
});

it('no file is made for the last words where no kubelet has made one, and nothing is thrown', () => {
  const before = readdirSync(folder);
  leaveTerminationMessage('words', join(folder, 'none'));
  leaveTerminationMessage('words', folder);
  expect(readdirSync(folder)).toEqual(before);
});
