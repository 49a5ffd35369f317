import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredential } from '../../src/settings/credential.ts';
import { databaseChoice, isOneDatabase } from '../../src/databases/database-choice.ts';
import {
  boolean,
  directoryPath,
  duration,
  filePath,
  host,
  integer,
  timeZone,
} from '../../src/settings/formats.ts';
import { execResource, labelName, labelValue, objectName } from '../../src/settings/kubernetes-formats.ts';
import type { Format } from '../../src/settings/setting.ts';

function valueOf<Value>(format: Format<Value>, text: string): Value | 'refused' {
  const parsed = format.parse(text);
  return 'value' in parsed ? parsed.value : 'refused';
}

describe('booleans', () => {
  it.each(['true', 'TRUE', '1', 'yes', 'Yes'])('reads %s as true', (text) => {
    expect(valueOf(boolean, text)).toBe(true);
  });

  it.each(['false', 'False', '0', 'no', 'NO'])('reads %s as false', (text) => {
    expect(valueOf(boolean, text)).toBe(false);
  });

  it.each(['on', 'truee', ' true', 'true\n', '2'])('refuses %j', (text) => {
    expect(valueOf(boolean, text)).toBe('refused');
  });
});

describe('whole numbers', () => {
  it('takes exactly the range', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 300 }), (number) => {
        const expected = number >= 1 && number <= 100 ? number : 'refused';
        expect(valueOf(integer(1, 100), String(number))).toBe(expected);
      }),
    );
  });

  it.each(['1.5', '1e1', '0x10', '+5', '5 ', '', '9'.repeat(30)])('refuses %j', (text) => {
    expect(valueOf(integer(0, Number.MAX_SAFE_INTEGER), text)).toBe('refused');
  });
});

describe('durations', () => {
  it.each([
    ['15m', 900_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['168h', 604_800_000],
  ])('reads %s as %d milliseconds', (text, milliseconds) => {
    expect(valueOf(duration, text)).toBe(milliseconds);
  });

  it('reads hours, minutes and seconds back as what was written', () => {
    const part = fc.integer({ min: 1, max: 59 });
    fc.assert(
      fc.property(part, part, part, (hours, minutes, seconds) => {
        expect(valueOf(duration, `${hours}h${minutes}m${seconds}s`)).toBe(
          ((hours * 60 + minutes) * 60 + seconds) * 1000,
        );
      }),
    );
  });

  it.each(['', '15', 'm', '0s', '15 m', '-5m', '1m1h', '1.5h', '169h', '99999999h'])('refuses %j', (text) => {
    expect(valueOf(duration, text)).toBe('refused');
  });
});

describe('paths', () => {
  it('takes an absolute file path as it is written', () => {
    expect(valueOf(filePath('/a'), '/var/lib/postgresql/data/dump.sql.gz')).toBe(
      '/var/lib/postgresql/data/dump.sql.gz',
    );
  });

  it.each(['dump.sql.gz', '/data/../etc/passwd', '/data//dump', '/data/', '/', '', '/a\nb', '/a\0b'])(
    'refuses the file %j',
    (text) => {
      expect(valueOf(filePath('/a'), text)).toBe('refused');
    },
  );

  it('takes a directory with or without a slash at its end', () => {
    expect(valueOf(directoryPath('/a'), '/mnt/locks/')).toBe('/mnt/locks');
    expect(valueOf(directoryPath('/a'), '/mnt/locks')).toBe('/mnt/locks');
  });
});

describe('hosts', () => {
  it.each(['127.0.0.1', 'db.shop.svc', '::1', 'fe80::1%eth0', '/var/run/postgresql'])('takes %s', (text) => {
    expect(valueOf(host, text)).toBe(text);
  });

  it.each(['--help', 'a b', 'a;b', '$(id)', 'a\n'])('refuses %j', (text) => {
    expect(valueOf(host, text)).toBe('refused');
  });
});

describe('time zones', () => {
  it.each(['UTC', 'Europe/Vienna', 'America/Argentina/Buenos_Aires'])('takes %s', (text) => {
    expect(valueOf(timeZone, text)).toBe(text);
  });

  it.each(['Europe/Wien', 'CEST-2', ':Europe/Vienna'])('refuses %s', (text) => {
    expect(valueOf(timeZone, text)).toBe('refused');
  });
});

describe('names of Kubernetes', () => {
  it('takes a container name of 63 characters and refuses one of 64', () => {
    expect(valueOf(labelName('a container'), 'a'.repeat(63))).not.toBe('refused');
    expect(valueOf(labelName('a container'), 'a'.repeat(64))).toBe('refused');
  });

  it('takes an object name of 253 characters without a dot', () => {
    expect(valueOf(objectName('a PVC'), 'a'.repeat(253))).not.toBe('refused');
    expect(valueOf(objectName('a PVC'), 'a'.repeat(254))).toBe('refused');
  });

  it.each(['Data', '-data', 'data-', 'my_data', 'a b', 'data\n', 'a..b'])(
    'refuses the object name %j',
    (text) => {
      expect(valueOf(objectName('a PVC'), text)).toBe('refused');
    },
  );

  it.each(['cronjob', 'A', '2026-w47', 'before_upgrade.1'])('takes the label value %s', (text) => {
    expect(valueOf(labelValue, text)).toBe(text);
  });

  it.each(['-a', 'a-', 'a b', 'a/b', 'ä', 'a'.repeat(64)])('refuses the label value %s', (text) => {
    expect(valueOf(labelValue, text)).toBe('refused');
  });

  it.each([
    ['deployment/app-base', { kind: 'deployment', name: 'app-base' }],
    ['deploy/app', { kind: 'deployment', name: 'app' }],
    ['sts/db', { kind: 'statefulset', name: 'db' }],
    ['StatefulSet/db', { kind: 'statefulset', name: 'db' }],
    ['po/db-0', { kind: 'pod', name: 'db-0' }],
    ['app=db,role=primary', { kind: 'selector', name: 'app=db,role=primary' }],
    ['app.kubernetes.io/name=db', { kind: 'selector', name: 'app.kubernetes.io/name=db' }],
    ['role in (primary)', { kind: 'selector', name: 'role in (primary)' }],
  ])('reads the exec resource %s', (text, resource) => {
    expect(valueOf(execResource, text)).toEqual(resource);
  });

  it.each([
    'app-base',
    'deployment/',
    '/app',
    'service/app',
    'deployment/a/b',
    'deployment/A',
    'constructor/a',
    'app=db;id',
    'pod/a=b=c',
  ])('refuses the exec resource %j', (text) => {
    expect(valueOf(execResource, text)).toBe('refused');
  });
});

describe('credentials', () => {
  it('takes exactly ${NAME} as a variable of the container', () => {
    expect(parseCredential('${POSTGRES_USER}')).toEqual({ from: 'container', variable: 'POSTGRES_USER' });
  });

  it.each(['$POSTGRES_USER', '${A}b', ' ${A}', '${1A}', '${}', '${A B}', '${A}\n', 'plain', "it's; rm -rf"])(
    'takes %j as literal text',
    (value) => {
      expect(parseCredential(value)).toEqual({ from: 'literal', value });
    },
  );
});

describe('the choice of databases', () => {
  it.each([
    ['shop', { from: 'literal', names: ['shop'] }, true],
    [' sh*op ', { from: 'literal', names: [' sh*op '] }, true],
    ['shop, till', { from: 'literal', names: ['shop', 'till'] }, false],
    ['*', { from: 'all' }, false],
    ['${APP_DB}', { from: 'container', variable: 'APP_DB' }, true],
    ['${A},${B}', { from: 'literal', names: ['${A}', '${B}'] }, false],
  ])('takes %j', (text, value, isOne) => {
    expect(databaseChoice.parse(text)).toEqual({ value });
    expect(isOneDatabase(value as never)).toBe(isOne);
  });

  it.each(['a,', ',a', 'a,,b', 'a,a', 'a\nb'])('refuses %j', (text) => {
    expect(databaseChoice.parse(text)).toHaveProperty('expected');
  });
});
