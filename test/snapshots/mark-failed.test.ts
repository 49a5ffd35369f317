import { expect, test } from 'vitest';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { markFailed } from '../../src/snapshots/mark-failed.ts';
import { namespace, openVolume, snap, tiered } from '../retention/real-snapshots.ts';
import { inSandbox } from '../retention/support.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';

test.each(['no space', 'é\n\u001B[2J'.repeat(100_000), '𝄞'.repeat(300_000)])(
  'a snapshot loses its tiers whatever the reason is, %#',
  async (reason) => {
    await using sandbox = await openVolume();
    await snap(sandbox, 'night', tiered({ [label.daily]: '2026-11-21' }));
    const key = { namespace, name: 'night' };
    await inSandbox(sandbox, undefined, (context) => markFailed(key, reason, context));
    const { labels, annotations } = sandbox.objects.get(snapshots, namespace, 'night').metadata;
    expect(labels).not.toHaveProperty([label.daily]);
    const said = annotations?.[annotation.failed] ?? '';
    expect(said.startsWith(reason.slice(0, 1))).toBe(true);
    expect(said).not.toMatch(/\p{Cc}/u);
    expect(Buffer.byteLength(said)).toBeLessThan(10_000);
  },
);
