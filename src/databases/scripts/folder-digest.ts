/** The digest of a folder of pg_dump as its record has it: of the sorted lines of sha256sum. */
export const folderDigest = `
# FOLDER
folder_digest() { ( cd -- "$1" && ls | xargs sha256sum ) | LC_ALL=C sort | sha256sum; }
`;
