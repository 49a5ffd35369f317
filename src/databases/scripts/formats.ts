/** The formats of dump files, which their names say: see `dump-format.ts`. */
export const formats = `
has() { command -v "$1" >/dev/null 2>&1; }

# FILE, or the partial file of one: sets format.
format_of() {
  case \${1%.partial} in
    *.gz) format=gzip ;;
    *.zst) format=zstd ;;
    *.lz4) format=lz4 ;;
    *) format=plain ;;
  esac
}

# FILE: whether it is an archive of pg_dump, in one file: its own format, or a tar. For a restore that is a format, too.
is_archive() {
  case $(dd bs=8 count=1 <"$1" 2>/dev/null | tr -d '\\0') in
    PGDMP*) return 0 ;;
    toc.dat) [ "$(dd bs=1 skip=257 count=5 <"$1" 2>/dev/null)" = ustar ] ;;
    *) return 1 ;;
  esac
}

# FORMAT: whether there is a program that undoes it.
can_expand() {
  case $1 in
    plain) ;;
    gzip) has pigz || has gzip ;;
    archive) has pg_restore ;;
    *) has "$1" ;;
  esac
}

# FORMAT [WORD...]: undoes it, from stdin to stdout. The words go before the program, such as nice.
expand() {
  form=$1
  shift
  case $form in
    gzip) if has pigz; then "$@" pigz -d -c; else "$@" gzip -d -c; fi ;;
    zstd) "$@" zstd -d -c -q ;;
    lz4) "$@" lz4 -d -c -q ;;
    *) "$@" cat ;;
  esac
}

# FORMAT FILE: undoes it to SQL.
expand_file() {
  case $1 in
    archive) pg_restore --clean --if-exists --file=- -- "$2" ;;
    *) expand "$1" <"$2" ;;
  esac
}
`;
