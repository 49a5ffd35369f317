/**
 * What all scripts begin with that run in the database's container. A script is constant text for a POSIX shell, put
 * together of constant parts; values come as arguments, a password of our own settings as the first line of stdin, which
 * is empty without one: it also says that the caller is still there, and nothing is done before `listen`.
 * Exits 64 when the settings do not fit the container. A script is of ASCII, so that its bytes are its characters in every
 * locale: what it says of a setting is `<<key>>`, see `ScriptEnd`.
 */
export const preamble = `
# Not the default: a child must be waited for, it would fall to process 1 of the container.
trap 'exit 143' TERM HUP INT

# What programs would take from the environment of the container, and do something else.
unset GZIP PIGZ XZ_OPT XZ_DEFAULTS ZSTD_CLEVEL ZSTD_NBTHREADS LZ4_CLEVEL TAR_OPTIONS GREP_OPTIONS POSIXLY_CORRECT || :

# Not echo: that of dash takes backslashes in a value for escapes.
say() { printf '%s\\n' "$1"; }
refuse() { say "$1" >&2; exit 64; }

command -v printenv >/dev/null || refuse "there is no printenv in the container, so its variables cannot be read; use an image that has it"

# Sets value: the variable, or what its companion NAME_FILE points to, as the database images have it.
variable() {
  value=$(printenv "$1") || value=
  [ -z "$value" ] || return 0
  secret=$(printenv "$1_FILE") || secret=
  [ -n "$secret" ] || return 0
  value=$(cat "$secret") || refuse "variable $1_FILE of the container names a file that cannot be read: $secret"
}

# KIND VALUE: sets value to that of the container's variable, or to the literal text.
credential() {
  case $1 in literal) value=$2 ;; *) variable "$2" ;; esac
}

# Sets first, the first line of stdin.
listen() {
  IFS= read -r first || refuse "the caller was gone before it said anything"
}
`;
