import { UserError } from '../../src/errors.ts';
import { backupNs } from './recipe-backup-ns.ts';
import { pause } from './recipe-pause.ts';
import { postgres, postgresVersions, type PostgresVersion } from './recipe-postgres.ts';
import type { Recipe } from './recipe.ts';

export type ImageName = 'backup-ns' | 'pause' | `postgres:${PostgresVersion}`;

/** Every image that can be built. */
export const imageNames: readonly ImageName[] = [
  'backup-ns',
  'pause',
  ...postgresVersions.map((version) => `postgres:${version}` as const),
];

/** Throws a `UserError` that lists the images there are. */
export function parseImageName(text: string): ImageName {
  const name = imageNames.find((known) => known === text);
  if (name) return name;
  throw new UserError('settings', `There is no image '${text}'; there are: ${imageNames.join(', ')}`);
}

/** `projectFolder` holds the Dockerfile and dist/ of the image `backup-ns`. */
export function recipeOf(name: ImageName, projectFolder: string): Recipe {
  switch (name) {
    case 'backup-ns':
      return backupNs(projectFolder);
    case 'pause':
      return pause;
    case 'postgres:13':
      return postgres('13');
    case 'postgres:15':
      return postgres('15');
    case 'postgres:17':
      return postgres('17');
    default:
      return name satisfies never;
  }
}
