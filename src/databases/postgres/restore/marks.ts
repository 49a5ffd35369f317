/**
 * How the comment of a database begins that a restore has made, and that has not taken its place yet. Behind it stands the name
 * of the database that it is for: whatever has just this comment may be dropped when no restore runs.
 */
export const unfinishedMark = 'backup-ns: unfinished restore of database ';
/** All of the dump is in it, and was compared. */
export const finishedMark = 'backup-ns: finished restore of database ';

/** As SQL: whether this comment is such a mark. */
export function isMark(comment: string): string {
  return `(${comment} like '${unfinishedMark}%' or ${comment} like '${finishedMark}%')`;
}

/** How the name ends under which a restore keeps what was there before, as a regular expression: `shop_before_20261130t161200`. */
export const keptName = '_before_[0-9]{8}t[0-9]{6}$';
