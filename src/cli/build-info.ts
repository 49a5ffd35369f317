declare const BACKUP_NS_VERSION: string;
declare const BACKUP_NS_COMMIT: string;

/** What `npm run build` has put in; from the sources as they are, nobody has. */
export const version = typeof BACKUP_NS_VERSION === 'string' ? BACKUP_NS_VERSION : 'development';

/** With `-dirty` where the sources were not those of the commit; undefined where they came without their history. */
export const commit =
  typeof BACKUP_NS_COMMIT === 'string' && BACKUP_NS_COMMIT !== '' ? BACKUP_NS_COMMIT : undefined;
