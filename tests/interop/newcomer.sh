#!/usr/bin/env bash
# The path of a newcomer: an empty Debian 12 with git, a clone, `./sanctum test`, then `./sanctum demo --once`. Takes a
# quarter of an hour and some 4 GB; so it is no part of the tests, but run by hand:
#
#   tests/interop/newcomer.sh [FOLDER]   (root, package debootstrap; FOLDER keeps the system for the next time)
#
# Ends with 0 when both did, with the status of the one that failed, or with 77 where it cannot run. It leaves no mounts
# behind: they live in namespaces of the processes in there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
# shellcheck source=tests/support/debian_root.sh
. "$tree/tests/support/debian_root.sh"

# Later versions of packages too, and this machine's way to the archive.
configure_apt() {
  local root=$1 from=$2
  printf 'deb %s %s main\n' "$from" "$debian_release" "$from" "$debian_release-updates" >"$root/etc/apt/sources.list"
  apt-config dump | grep -i '^Acquire::https\?::Proxy' >"$root/etc/apt/apt.conf.d/90proxy" || true
}

clone_tree() {
  local root=$1
  rm -rf "$root/root/sanctum"
  git clone --quiet --no-hardlinks "$tree" "$root/root/sanctum"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  say "cloned $(git -C "$tree" log -1 --format='%h %s')"
}

# A chroot may make namespaces only if its root is a mount; proc is that of its own processes.
inside() {
  local root=$1
  shift
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child -- bash -c '
    mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount -t sysfs -o ro sys "$1/sys" &&
    mount -t tmpfs tmpfs "$1/tmp" && mkdir -p "$1/dev/shm" && mount -t tmpfs tmpfs "$1/dev/shm" &&
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts" && mount --bind "$1/dev/pts/ptmx" "$1/dev/ptmx" ||
    exit 1
    exec env -i HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      chroot "$1" bash -c "cd /root/sanctum && $2"' bash "$root" "$*"
}

main() {
  local status=0 began=$SECONDS from
  debian_choose_root "$@"
  from=$(debian_mirror)
  [[ -n $from ]] || skip "apt on this machine knows no archive of $debian_release"
  debian_make git,ca-certificates
  configure_apt "$debian_root" "$from"
  clone_tree "$debian_root"
  say "running ./sanctum test in there"
  inside "$debian_root" ./sanctum test || status=$?
  say "./sanctum test ended with status $status after $((SECONDS - began)) s in all"
  say "running ./sanctum demo --once in there"
  inside "$debian_root" ./sanctum demo --once || status=$?
  return "$status"
}

main "$@"
