import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../src/core/errors.ts';
import type { Recipe } from './recipe.ts';

/** 12 hex digits that change whenever the image would: with an input's content, a fact, or a base. */
export async function keyOf(recipe: Recipe): Promise<string> {
  const hash = createHash('sha256');
  const add = (part: string | Buffer): void => {
    hash.update(`${part.length}:`).update(part);
  };
  for (const path of recipe.inputs) {
    add(basename(path));
    add(await readInput(path));
  }
  for (const fact of recipe.facts) add(fact);
  for (const pair of Object.entries(recipe.buildArguments)) add(pair.join('='));
  for (const base of recipe.bases) add(await keyOf(base.recipe));
  return hash.digest('hex').slice(0, 12);
}

async function readInput(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const advice = path.includes('/dist/') ? '; make it with: npm run build' : '';
    throw new UserError('preflight', `The image needs ${path}, which does not exist${advice}`, {
      cause: error,
    });
  }
}
