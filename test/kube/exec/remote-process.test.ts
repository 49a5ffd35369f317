import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Announcement } from '../../../src/kube/exec/remote-process.ts';

const line = 'backup-ns-exec 42 S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 2 3\n';

test('the announcement is taken out of stderr however it arrives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.array(fc.nat(40)), async (output, lengths) => {
      const announcement = new Announcement();
      const bytes = Buffer.concat([Buffer.from(line), output]);
      const passed: Buffer[] = [];
      let start = 0;
      for (const length of [...lengths, bytes.length]) {
        passed.push(announcement.takeFrom(bytes.subarray(start, start + length)));
        start += length;
      }
      passed.push(announcement.end());
      expect(await announcement.process).toEqual({ pid: 42, startTime: '98765' });
      expect(Buffer.concat(passed).equals(Buffer.from(output))).toBe(true);
    }),
  );
});

test('stderr without an announcement passes unchanged, and names no process', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5000 })), async (chunks) => {
      const announcement = new Announcement();
      const passed = chunks.map((chunk) => announcement.takeFrom(Buffer.from(chunk)));
      passed.push(announcement.end());
      expect(await announcement.process).toBeUndefined();
      expect(Buffer.concat(passed).equals(Buffer.concat(chunks))).toBe(true);
    }),
  );
});
