/** How a dump is compressed as it is written: by whom, how hard, on how many CPUs. Needs `formats`. */
export const packing = `
# Sets threads: as many as are wanted, and no more than the CPUs that the container may use.
count_threads() {
  cpus=$(nproc 2>/dev/null) || cpus=
  case $cpus in '' | *[!0-9]*)
    cpus=0
    while read -r word ignored; do case $word in cpu[0-9]*) cpus=$((cpus + 1)) ;; esac; done 2>/dev/null </proc/stat || :
    [ "$cpus" -gt 0 ] || cpus=1
  ;; esac
  quota= period=
  if [ -r /sys/fs/cgroup/cpu.max ]; then
    read -r quota period </sys/fs/cgroup/cpu.max || :
  elif [ -r /sys/fs/cgroup/cpu/cpu.cfs_quota_us ] && [ -r /sys/fs/cgroup/cpu/cpu.cfs_period_us ]; then
    read -r quota </sys/fs/cgroup/cpu/cpu.cfs_quota_us || :
    read -r period </sys/fs/cgroup/cpu/cpu.cfs_period_us || :
  fi
  # Without a limit it says max, or -1.
  case $quota in '' | *[!0-9]*) ;; *)
    case $period in '' | *[!0-9]* | 0) ;; *)
      quota=$(( (quota + period - 1) / period ))
      [ "$quota" -ge "$cpus" ] || cpus=$quota
    ;; esac
  ;; esac
  [ "$threads" -le "$cpus" ] || threads=$cpus
  [ "$threads" -ge 1 ] || threads=1
}

# Sets packer: the program that is to compress for $format, or nothing, where none is needed or the tool does it itself,
# as it says with packs_itself. One with several threads is worth a process of its own when there is much to do, or
# CPUs for it.
choose_packer() {
  case $format in
    plain) packer= ;;
    gzip) if has pigz; then packer=pigz; else packer=gzip; fi ;;
    *) packer=$format ;;
  esac
  by_itself=
  case $packer in
    '') ;;
    pigz) [ "$threads" -gt 2 ] || { [ "$threads" -gt 1 ] && [ "$level" -gt 3 ]; } || by_itself=maybe ;;
    zstd) { [ "$threads" -gt 1 ] && [ "$level" -gt 3 ]; } || by_itself=maybe ;;
    *) by_itself=maybe ;;
  esac
  if [ -n "$by_itself" ] && packs_itself "$format"; then packer=; else by_itself=; fi
}

# Becomes the packer, from stdin to stdout.
pack() {
  case $packer in
    pigz) exec pigz -c -p "$threads" "-$level" ;;
    gzip) exec gzip -c "-$level" ;;
    zstd) exec zstd -c -q "-T$threads" "-$level" ;;
    lz4) exec lz4 -c -q "-$level" ;;
  esac
}
`;
