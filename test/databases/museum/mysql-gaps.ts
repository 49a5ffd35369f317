import { always, type Gap } from './gaps.ts';

const history = {
  ends: always(/^[-+] rows of (?:versioned|named_period|partitioned_history|by_transaction|bitemporal)/),
};

/** Of MariaDB and MySQL. */
export const mysqlGaps: readonly Gap[] = [
  {
    of: 'numbers of single precision that six digits do not tell',
    ends: always(/^[-+] rows of singles:/),
    todo: 'the check says that FLOAT is dumped with six digits',
  },
  {
    of: 'a row that the server takes but once',
    ends: always(/max_allowed_packet|Got a packet|gone away|Lost connection/),
    todo: 'the check compares the longest row with what the server takes',
  },
  { of: 'a view of a table that is gone', dump: /cannot read view '?.*of_base/ },
  {
    of: 'enumerations of characters that take four bytes',
    ends: always(/^[-+] rows of labelled:/),
    todo: 'the check says that MariaDB shows them as question marks',
  },
  {
    of: 'a sequence that a default refers to',
    ends: always(/was not locked with LOCK TABLES/),
    todo: 'the dump is made with --skip-add-locks',
  },
  {
    of: 'an enumeration with a value of no label, and a label that looks like it',
    ends: always(/^[-+] rows of e:/),
  },
  { of: 'a trigger on a table with a history', ...history, todo: 'the history of tables is dumped' },
  { of: 'tables with a history', ...history, todo: 'the history of tables is dumped' },
  { of: 'a history by transactions', ...history, warned: /by_transaction/, todo: 'the check says so' },
];
