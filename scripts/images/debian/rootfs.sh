#!/bin/sh
# Packs a small Debian into a tar: rootfs.sh SUITE MIRROR|'' PACKAGE,... DOWNLOADS ROOT TAR
# Runs in mount and PID namespaces of its own, so what debootstrap mounts or a package starts ends with it.
set -eu
suite=$1 mirror=$2 packages=$3 downloads=$4 root=$5 tar=$6

mkdir -p "$downloads"
# The root is thrown away when this fails, so dpkg need not sync every file.
DPKG_FORCE=unsafe-io debootstrap --variant=minbase --cache-dir="$downloads" --include="$packages" \
  "$suite" "$root" ${mirror:+"$mirror"}

umount "$root/proc" "$root/sys" 2>/dev/null || true
cd "$root"
rm -rf usr/share/doc/* usr/share/man/* usr/share/info/* usr/share/locale/* usr/share/lintian/* \
  usr/share/bash-completion/* var/lib/apt/lists/* var/cache/apt/* var/cache/debconf/*-old var/log/* \
  var/lib/postgresql/* etc/postgresql/* etc/machine-id
# LLVM is half of a PostgreSQL image and only speeds up long queries; without llvmjit.so the server does not ask for it.
rm -rf usr/lib/*/libLLVM-*.so* usr/lib/*/libLLVM.so* usr/lib/*/libz3.so* usr/lib/llvm-* usr/share/i18n/locales/* \
  usr/lib/postgresql/*/lib/bitcode usr/lib/postgresql/*/lib/llvmjit*

tar --numeric-owner --sort=name --one-file-system -cf "$tar" .
