import { UserError } from '../../src/core/errors.ts';
import { databaseImages, type DatabaseImage } from './databases.ts';
import { backupNs } from './recipe-backup-ns.ts';
import { database } from './recipe-database.ts';
import { pause } from './recipe-pause.ts';
import type { Recipe } from './recipe.ts';

export type ImageName = 'backup-ns' | 'pause' | DatabaseImage;

/** Every image that can be built. */
export const imageNames: readonly ImageName[] = ['backup-ns', 'pause', ...databaseImages];

/** Throws a `UserError` that lists the images there are. */
export function parseImageName(text: string): ImageName {
  const name = imageNames.find((known) => known === text);
  if (name) return name;
  throw new UserError('settings', `There is no image '${text}'; there are: ${imageNames.join(', ')}`);
}

/** `projectFolder` holds the Dockerfile and dist/ of the image `backup-ns`. */
export function recipeOf(name: ImageName, projectFolder: string): Recipe {
  if (name === 'backup-ns') return backupNs(projectFolder);
  return name === 'pause' ? pause : database(name);
}
