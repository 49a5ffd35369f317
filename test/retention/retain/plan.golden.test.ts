import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calendar } from './golden/calendar.ts';
import { days } from './golden/days.ts';
import { pageOf } from './golden/page.ts';
import { people } from './golden/people.ts';
import { policies } from './golden/policies.ts';
import { readiness } from './golden/readiness.ts';
import type { Story } from './golden/story.ts';
import { otherTiers } from './golden/tiers.ts';
import { volumes } from './golden/volumes.ts';

const folder = join(import.meta.dirname, 'golden');
const stories = [...days, ...calendar, ...readiness, ...people, ...policies, ...volumes, ...otherTiers];

function fileOf({ title }: Story): string {
  const words = title
    .toLowerCase()
    .replaceAll("'", '')
    .replaceAll(/[^a-z0-9]+/g, '-');
  return `${words}.txt`;
}

// The pages are read in review; UPDATE_GOLDEN=1 writes them anew.
describe('the plan of each story is the one on its page', () => {
  it.each(stories)('$title', (story) => {
    const file = join(folder, fileOf(story));
    const page = pageOf(story);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, page);
    expect(page).toBe(readFileSync(file, 'utf8'));
  });
});

it('every page is of a story, and no two stories share one', () => {
  const pages = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  expect(pages.toSorted()).toEqual(stories.map(fileOf).toSorted());
});
