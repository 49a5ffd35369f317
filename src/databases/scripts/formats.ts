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

# FORMAT: whether there is a program that undoes it.
can_expand() { case $1 in plain) ;; gzip) has pigz || has gzip ;; *) has "$1" ;; esac; }

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
`;
