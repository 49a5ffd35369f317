import { describe, expect, test } from 'vitest';
import { chooseMirror } from '../../../scripts/images/mirror.ts';

describe('the Debian mirror is the one that apt uses', () => {
  test('the site of the suite itself comes first', () => {
    const targets = [
      'http://near.example/debian trixie main Packages',
      'http://far.example/debian bookworm main Packages',
    ].join('\n');
    expect(chooseMirror(targets, 'bookworm')).toBe('http://far.example/debian');
  });

  test('another suite tells the mirror when apt does not use the wanted one', () => {
    expect(chooseMirror('http://near.example/debian/ bookworm main Packages\n', 'trixie')).toBe(
      'http://near.example/debian/',
    );
  });

  test('security sites, other distributions, other indexes and local mirror lists do not count', () => {
    const targets = [
      'http://near.example/debian-security bookworm-security main Packages',
      'http://archive.example/ubuntu noble main Packages',
      'http://near.example/debian bookworm main DEP-11',
      'mirror+file:/etc/apt/mirrors/debian.list bookworm main Packages',
    ].join('\n');
    expect(chooseMirror(targets, 'bookworm')).toBeUndefined();
  });
});
