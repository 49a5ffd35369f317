import { always, type Gap } from './gaps.ts';

/** Of MariaDB and MySQL. */
export const mysqlGaps: readonly Gap[] = [
  {
    of: 'shop',
    isFor: ({ family }) => family === 'mysql',
    ends: always(/^[-+] column with_function\.[cu]: .* is_nullable=/),
    documented: 'whether a column of a view may be null',
  },
  {
    of: 'numbers of single precision that six digits do not tell',
    ends: always(/^- rows of singles:/, /^\+ rows of singles:/),
    warned: /Columns of type FLOAT of table 'shop\.singles' /,
  },
  { of: 'a view of a table that is gone', dump: /cannot read view '?.*of_base/ },
  {
    of: 'enumerations of characters that take four bytes',
    ends: always(/^- rows of labelled:/, /^\+ rows of labelled:/),
    warned: /Labels of ENUM or SET of table 'shop\.labelled' /,
  },
  {
    of: 'an enumeration with a value of no label, and a label that looks like it',
    ends: always(/^- rows of e:/, /^\+ rows of e:/),
    documented: 'whether a value of an ENUM is the empty label or the error value',
  },
  {
    of: 'a history by transactions',
    ends: always(/^[-+] rows of by_transaction/),
    warned: /by_transaction/,
  },
];
