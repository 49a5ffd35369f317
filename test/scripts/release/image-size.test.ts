import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { largestImage, sizeProblems, sizesOfArchive } from '../../../scripts/release/image-size.ts';
import { run } from '../../../scripts/run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-size-'));
  mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function blob(name: string, content: object): string {
  writeFileSync(join(folder, 'blobs', 'sha256', name), JSON.stringify(content));
  return `sha256:${name}`;
}

async function archive(...manifests: object[]): Promise<string> {
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ manifests }));
  await run('tar', ['-cf', 'image.tar', 'index.json', 'blobs'], { cwd: folder });
  return join(folder, 'image.tar');
}

const image = (name: string, ...sizes: number[]) => blob(name, { layers: sizes.map((size) => ({ size })) });
const platform = (architecture: string) => ({ os: 'linux', architecture });

test('each architecture of an image has the size of its layers, and its SBOM has none', async () => {
  const index = blob('all', {
    manifests: [
      { digest: image('amd64', 30, 12), platform: platform('amd64') },
      { digest: image('arm64', 40, 3), platform: platform('arm64') },
      {
        digest: image('sbom', 1e9),
        platform: platform('unknown'),
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      },
    ],
  });
  expect(await sizesOfArchive(await archive({ digest: index }))).toEqual([
    { platform: 'linux/amd64', bytes: 42 },
    { platform: 'linux/arm64', bytes: 43 },
  ]);
});

test('an image of one architecture has its size without an index', async () => {
  expect(await sizesOfArchive(await archive({ digest: image('only', 7, 8) }))).toEqual([
    { platform: 'image', bytes: 15 },
  ]);
});

test('an image of 80 MB is released, and one byte more is not, on any architecture', () => {
  const amd64 = { platform: 'linux/amd64', bytes: largestImage };
  expect(sizeProblems([amd64])).toEqual([]);
  expect(sizeProblems([amd64, { platform: 'linux/arm64', bytes: largestImage + 1 }])).toEqual([
    'The image for linux/arm64 has 80.1 MB of compressed layers, and 80 MB is the most; look what its base images brought, and leave it out in Dockerfile.',
  ]);
});

test('an archive without an image is refused', async () => {
  expect(sizeProblems(await sizesOfArchive(await archive()))).toEqual([
    'The archive has no image; give it one that was built with output type=oci.',
  ]);
});

test('the release builds the image and looks at its size before it pushes any', async () => {
  const workflow = await run('cat', ['.github/workflows/release.yaml']);
  const steps = [/type=oci,dest=(\S+)/, /main\.ts size (\S+)/, /push: true/].map((step) =>
    step.exec(workflow),
  );
  const places = steps.map((step) => step?.index ?? -1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places).not.toContain(-1);
  expect(steps[0]?.[1]).toBe(steps[1]?.[1]);
});
