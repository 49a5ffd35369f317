import { describe, expect, it } from 'vitest';
import { databaseImages } from '../../../scripts/images/databases.ts';
import { keyOf } from '../../../scripts/images/key.ts';
import { parseImageName, recipeOf } from '../../../scripts/images/recipes.ts';

describe('the recipe of a database', () => {
  it('is named as its image is, and no two are the same', async () => {
    const recipes = databaseImages.map((name) => recipeOf(name, '/nowhere'));
    expect(recipes.map((recipe) => recipe.reference(''))).toEqual(
      databaseImages.map((name) => `localhost/backup-ns/${name}`),
    );
    expect(new Set(await Promise.all(recipes.map(keyOf))).size).toBe(databaseImages.length);
  });

  it('has the same packages in its base as in its Dockerfile', () => {
    for (const { bases, buildArguments } of databaseImages.map((name) => recipeOf(name, '/nowhere'))) {
      expect(bases[0]?.recipe.facts).toEqual(
        expect.arrayContaining((buildArguments['PACKAGES'] ?? '').split(' ')),
      );
    }
  });
});

it('an image that is not there is told from those that are', () => {
  expect(parseImageName('mariadb:10.11-busybox')).toBe('mariadb:10.11-busybox');
  expect(() => parseImageName('mariadb:1')).toThrow(
    /^There is no image 'mariadb:1'; there are: backup-ns, pause, postgres:13, .*, mysql:9\.7$/,
  );
});
