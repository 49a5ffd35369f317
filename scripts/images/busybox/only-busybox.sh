#!/bin/sh
# Leaves a Debian no tools but busybox's: only-busybox.sh; what its own packages had of them goes, the shells among them.
set -eu
if [ "${1:-}" != under-busybox ]; then exec busybox sh "$0" under-busybox; fi

own='bash bsdutils coreutils dash debianutils diffutils findutils grep gzip hostname login mawk mount ncurses-bin passwd
  procps sed tar util-linux'
for package in $own; do
  dpkg-query --listfiles "$package" 2>/dev/null || :
done | busybox grep -E '^(/usr)?/s?bin/.' | busybox xargs busybox rm -f

for applet in $(busybox --list); do
  [ -e "/usr/bin/$applet" ] || [ -e "/usr/sbin/$applet" ] || busybox ln -sf "$(command -v busybox)" "/usr/bin/$applet"
done
[ -e /bin/sh ] || busybox ln -sf "$(command -v busybox)" /bin/sh

# Alpine's busybox has this applet, Debian's is built without it.
cat >/usr/bin/printenv <<'SCRIPT'
#!/bin/sh
exec awk 'BEGIN { if (!(ARGV[1] in ENVIRON)) exit 1; print ENVIRON[ARGV[1]] }' "$1"
SCRIPT
chmod 0755 /usr/bin/printenv
