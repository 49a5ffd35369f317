import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsPage } from '../../scripts/settings-page.ts';

test('docs/settings.md says what the table of settings says; npm run docs writes it anew', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'settings.md'), 'utf8');
  expect(page).toBe(settingsPage());
});
