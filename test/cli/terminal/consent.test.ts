import { expect, it } from 'vitest';
import { consentByName, consentOf } from '../../../src/cli/terminal/consent.ts';
import { fakeTerminal } from '../../support/fake-terminal.ts';

const { signal } = new AbortController();

it.each(['y', 'Y', 'yes', ' YES '])("'%s' is a yes", async (answer) => {
  const fake = fakeTerminal(answer);
  await expect(consentOf(fake, false, signal)('Delete it?')).resolves.toBeUndefined();
  expect(fake.asked).toEqual(['Delete it? [y/N] ']);
});

it.each(['', 'n', 'no', 'yep', 'y n', 'ja'])("'%s' is none", async (answer) => {
  const consent = consentOf(fakeTerminal(answer), false, signal);
  await expect(consent('Delete it?')).rejects.toMatchObject({ reason: 'cancelled' });
});

it('nobody is asked who has said yes before', async () => {
  const fake = fakeTerminal();
  await consentOf(fake, true, signal)('Delete it?');
  expect(fake.asked).toEqual([]);
});

it('without a terminal, and without a yes before, it is wrong usage before anything is looked at', () => {
  expect(() => consentOf(fakeTerminal(), false, signal)).toThrow(
    expect.objectContaining({ reason: 'settings', message: expect.stringContaining('--yes') as string }),
  );
});

it('a name that is typed is a yes to that name, and nothing else is', async () => {
  const fake = fakeTerminal(' shop ');
  await expect(consentByName(fake, false, signal)('Replace it?', 'shop')).resolves.toBeUndefined();
  expect(fake.asked).toEqual(["Replace it?\nType 'shop' to go ahead: "]);
  for (const answer of ['', 'y', 'yes', 'Shop', 'shops']) {
    const consent = consentByName(fakeTerminal(answer), false, signal)('Replace it?', 'shop');
    await expect(consent).rejects.toMatchObject({ reason: 'cancelled' });
  }
  expect(() => consentByName(fakeTerminal(), false, signal)).toThrow('--yes');
});
