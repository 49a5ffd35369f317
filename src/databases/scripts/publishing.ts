/** A proven dump takes the place of the old one, and its record that of the old record. */
export const publishing = `
# FILE PARTIAL
publish() {
  mv -f -- "$2" "$1" || abandon "$1 could not be put in place" 66
  publish_record "$1" "$2"
}
publish_record() {
  mv -f -- "$2.sha256" "$1.sha256" || abandon "$1.sha256 could not be put in place" 66
}

# FILE
prepare() {
  [ ! -d "$1" ] || refuse "$1 is a folder; choose another name for the dump file"
}
`;
