import * as fc from 'fast-check';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const inner = fc.constantFrom(...`${letters}-`.split(''));
const edge = fc.constantFrom(...letters.split(''));

/** What the API server accepts as a value of a label. */
export const labelValuePattern = /^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** RFC 1123 subdomain, as the API server has it: only the whole is limited, to 253 characters. */
export const objectNamePattern =
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function part(maximum: number): fc.Arbitrary<string> {
  return fc
    .tuple(edge, fc.array(inner, { maxLength: maximum - 2, size: 'max' }), edge)
    .map(([first, middle, last]) => `${first}${middle.join('')}${last}`);
}

/** Any name that a PVC can have; long ones are as likely as short ones. */
export const pvcName: fc.Arbitrary<string> = fc
  .array(fc.oneof(part(8), part(63), part(253)), { minLength: 1, maxLength: 5 })
  .map((parts) =>
    parts
      .join('.')
      .slice(0, 253)
      .replace(/[.-]+$/, ''),
  );

export const timeZones = [
  'UTC',
  'Europe/Vienna',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'America/Santiago',
];
export const timeZone = fc.constantFrom(...timeZones);
export const instant = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2099-12-31T23:59:59Z'),
  noInvalidDate: true,
});
