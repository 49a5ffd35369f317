import { describe, expect, it } from 'vitest';
import { metricsTable } from '../../src/record/settings.ts';

const { metricsUrl, metricsAuthorization } = metricsTable('BAK', 'the backup');

describe('the URL of a Pushgateway', () => {
  it.each([
    ['http://gateway:9091', 'http://gateway:9091', 'http://gateway:9091'],
    ['https://gateway/', 'https://gateway', 'https://gateway'],
    ['https://gateway/token//', 'https://gateway/token', 'https://gateway/***'],
  ])('may be %s', (text, value, shown) => {
    expect(metricsUrl.format.parse(text)).toEqual({ value });
    expect(metricsUrl.format.shown?.(text)).toBe(shown);
  });

  it.each([
    'gateway:9091',
    'ftp://gateway',
    'file:///gateway',
    'http://user:password@gateway',
    'http://gateway?token=x',
    'http://gateway#x',
    'http://gateway/ x',
    'http://gate\tway',
    'http:\\\\gateway',
  ])('is not %j, of which nothing is shown', (text) => {
    expect(metricsUrl.format.parse(text)).toEqual({
      expected: expect.stringContaining('an http or https URL') as string,
    });
    expect(metricsUrl.format.shown?.(text)).toBe('***');
  });
});

it.each([
  ['', true],
  ['Bearer sesame', true],
  ['sesame', false],
  ['Bearer ', false],
  ['Bearer open sesame', false],
  ['Bearer sesame\r\nX: y', false],
])('whether %j may be the Authorization header: %s', (text, may) => {
  expect('value' in metricsAuthorization.format.parse(text)).toBe(may);
});
