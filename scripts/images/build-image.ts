import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Builder } from './builder.ts';
import { openBuilder } from './open-builder.ts';
import { removeFolder } from './folders.ts';
import { inTurn } from './in-turn.ts';
import { keyOf } from './key.ts';
import { keepNewest } from './keep-newest.ts';
import { recipeOf, type ImageName } from './recipes.ts';
import type { Recipe, RecipeTools } from './recipe.ts';

export interface BuildImageOptions {
  /** The folder of `scripts/cache-folder.ts`; everything is kept in its subfolder `images`. */
  readonly cacheFolder: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Where Dockerfile and dist/ are; this checkout by default. */
  readonly projectFolder?: string;
}

export interface BuiltImage {
  /** Absolute path of a `docker save` archive; its name changes with its content. */
  readonly tar: string;
  /** What pods call it. That of `backup-ns` changes with its content, so an upgrade is seen as one. */
  readonly ref: string;
}

const workPrefix = 'work-';

/**
 * Gives the archive of an image, from the cache when nothing it is made of has changed.
 * One build at a time: concurrent callers, also of other processes, wait for each other.
 */
export async function buildImage(name: ImageName, options: BuildImageOptions): Promise<BuiltImage> {
  const recipe = recipeOf(name, options.projectFolder ?? resolve(import.meta.dirname, '..', '..'));
  const key = await keyOf(recipe);
  const cacheFolder = resolve(options.cacheFolder, 'images');
  const built = { tar: join(cacheFolder, `${recipe.name}-${key}.tar`), ref: recipe.reference(key) };
  if (existsSync(built.tar)) return built;
  await inTurn(join(cacheFolder, 'lock'), options.signal, async () => {
    if (!existsSync(built.tar)) await buildTar(recipe, built, { ...options, cacheFolder });
  });
  return built;
}

async function buildTar(recipe: Recipe, built: BuiltImage, tools: RecipeTools): Promise<void> {
  const workFolder = await freshWorkFolder(tools.cacheFolder);
  try {
    const builder = await openBuilder(tools.cacheFolder, workFolder, tools.signal);
    await buildInStore(recipe, builder, workFolder, tools);
    const unfinished = join(workFolder, 'image.tar');
    await builder.save(built.ref, unfinished);
    await rename(unfinished, built.tar);
    await builder.remove(built.ref);
    await keepNewest(tools.cacheFolder, `${recipe.name}-`, 3);
    tools.log(`image ${recipe.title}: ${built.ref}`);
  } finally {
    await removeFolder(workFolder);
  }
}

/** Builds the image and, where there is no registry, first the bases it stands on, unless they are in the store. */
async function buildInStore(
  recipe: Recipe,
  builder: Builder,
  workFolder: string,
  tools: RecipeTools,
): Promise<string> {
  const reference = recipe.reference(await keyOf(recipe));
  const buildArguments = { ...recipe.buildArguments };
  for (const { argument, recipe: base } of builder.hasRegistry ? [] : recipe.bases) {
    const baseReference = base.reference(await keyOf(base));
    if (!(await builder.has(baseReference))) {
      const [repository] = baseReference.split(':');
      for (const older of await builder.list(`${repository}:`)) await builder.remove(older);
      await buildInStore(base, builder, workFolder, tools);
    }
    buildArguments[argument] = baseReference;
  }
  tools.log(`building ${recipe.title}`);
  const contextFolder = await mkdtemp(join(workFolder, 'context-'));
  const context = await recipe.context(contextFolder, tools);
  await builder.build({ reference, dockerfile: recipe.dockerfile, context, buildArguments });
  return reference;
}

/** Also removes the work folders that killed builds left. Only for the holder of the lock. */
async function freshWorkFolder(cacheFolder: string): Promise<string> {
  await mkdir(cacheFolder, { recursive: true });
  const left = (await readdir(cacheFolder)).filter((name) => name.startsWith(workPrefix));
  for (const name of left) await removeFolder(join(cacheFolder, name));
  return mkdtemp(join(cacheFolder, workPrefix));
}
