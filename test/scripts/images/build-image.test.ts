import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildImage, type BuildImageOptions, type BuiltImage } from '../../../scripts/images/build-image.ts';
import { standInDocker, type StandIn } from './stand-in-docker.ts';

function build(standIn: StandIn, options: Partial<BuildImageOptions> = {}): Promise<BuiltImage> {
  const { cacheFolder, projectFolder } = standIn;
  const signal = new AbortController().signal;
  return buildImage('backup-ns', { cacheFolder, projectFolder, log: () => {}, signal, ...options });
}

test('an image whose inputs are unchanged comes from the cache', async () => {
  using standIn = standInDocker();
  const first = await build(standIn);
  expect(await build(standIn)).toEqual(first);
  expect(standIn.builds()).toHaveLength(1);
  expect(readFileSync(first.tar, 'utf8')).toBe(`archive of ${first.ref}\n`);
});

test('a change of the code gives another archive and another reference', async () => {
  using standIn = standInDocker();
  const first = await build(standIn);
  standIn.changeCode('changed');
  const second = await build(standIn);
  expect(second.tar).not.toBe(first.tar);
  expect(second.ref).not.toBe(first.ref);
});

test('only the three newest archives of an image are kept', async () => {
  using standIn = standInDocker();
  const built: BuiltImage[] = [];
  for (const text of ['1', '2', '3', '4']) {
    standIn.changeCode(text);
    built.push(await build(standIn));
  }
  expect(built.map(({ tar }) => existsSync(tar))).toEqual([false, true, true, true]);
});

test('callers at the same time wait for one build', async () => {
  using standIn = standInDocker();
  const [first, second] = await Promise.all([build(standIn), build(standIn)]);
  expect(first).toEqual(second);
  expect(standIn.builds()).toHaveLength(1);
});

test('a failed build says why, leaves nothing, and can be repeated', async () => {
  using standIn = standInDocker();
  standIn.breakBuilds(true);
  await expect(build(standIn)).rejects.toThrow('the Dockerfile is wrong');
  expect(readdirSync(join(standIn.cacheFolder, 'images'))).toEqual([]);
  standIn.breakBuilds(false);
  await build(standIn);
});

test('an aborted build leaves nothing', async () => {
  using standIn = standInDocker();
  await expect(build(standIn, { signal: AbortSignal.timeout(150) })).rejects.toThrow(/abort/);
  expect(readdirSync(join(standIn.cacheFolder, 'images'))).toEqual([]);
});

test('a bundle that was not built is named with the command that builds it', async () => {
  using standIn = standInDocker();
  rmSync(join(standIn.projectFolder, 'dist', 'backup-ns.mjs'));
  await expect(build(standIn)).rejects.toThrow(
    /backup-ns\.mjs, which does not exist; make it with: npm run build$/,
  );
});

test('with Docker the base images come from its registry', async () => {
  using standIn = standInDocker();
  await build(standIn);
  expect(standIn.builds()[0]).not.toMatch(/(NODE|DEBIAN)_IMAGE/);
  const { cacheFolder } = standIn;
  const signal = new AbortController().signal;
  const { ref } = await buildImage('postgres:17', { cacheFolder, log: () => {}, signal });
  expect(ref).toBe('localhost/backup-ns/postgres:17');
  expect(standIn.builds()[1]).toContain('--build-arg DEBIAN_IMAGE=docker.io/library/debian:trixie-slim');
});
