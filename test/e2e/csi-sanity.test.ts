import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildTools } from '../../scripts/cluster/native/tools.ts';
import { run } from '../../scripts/run.ts';

/** Starts the driver, runs the suite against it, and stops the driver, so that nothing of it stays mounted. */
const script = `
driver=$1 sanity=$2 folder=$3
mkdir -p "$folder/pool"
"$driver" -endpoint "$folder/csi.sock" -pool "$folder/pool" -node-id sanity >"$folder/driver.log" 2>&1 &
driver_pid=$!
trap 'kill $driver_pid; wait $driver_pid' EXIT
while [ ! -S "$folder/csi.sock" ]; do kill -0 $driver_pid || { cat "$folder/driver.log" >&2; exit 1; }; sleep 0.1; done
"$sanity" -csi.endpoint "unix://$folder/csi.sock" -csi.mountdir "$folder/mount" -csi.stagingdir "$folder/staging" \\
  -csi.testvolumesize 268435456 -csi.testvolumeexpandsize 419430400 -ginkgo.no-color
`;

test('the CSI driver of the native cluster passes csi-sanity', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'csi-sanity-'));
  const tools = await buildTools(() => {});
  const [driver, sanity] = [join(tools.csi, 'driver'), join(tools.csi, 'csi-sanity')];
  try {
    const isolated = [
      '--mount',
      '--propagation',
      'private',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
    ];
    const output = await run('unshare', [...isolated, 'sh', '-ceu', script, 'sh', driver, sanity, folder]);
    const summary = /(\d+) Passed \| (\d+) Failed/.exec(output);
    expect(Number(summary?.[1])).toBeGreaterThan(60);
    expect(summary?.[2]).toBe('0');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
