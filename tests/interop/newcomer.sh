#!/usr/bin/env bash
# The path of a newcomer: an empty Debian 12 with git, a clone, `./sanctum test`. Takes a quarter of an hour and some
# 4 GB; so it is no part of the tests, but run by hand:
#
#   tests/interop/newcomer.sh [FOLDER]   (root, package debootstrap; FOLDER keeps the system for the next time)
#
# Ends with the status of `./sanctum test` in there, or 77 where it cannot run. It leaves no mounts behind: they live
# in namespaces of the processes in there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
release=bookworm

say() { printf 'newcomer: %s\n' "$*"; }
skip() {
  say "skipped: $*"
  exit 77
}

# The archive that this machine's apt uses, and its proxy settings.
mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI)' "Codename: $release" 'Created-By: Packages' 2>/dev/null | head -n 1
}

make_system() {
  local root=$1 from=$2
  say "making a minimal $release from $from in $root"
  debootstrap --variant=minbase --include=git,ca-certificates "$release" "$root" "$from" >"$root.log" 2>&1 || {
    tail -n 20 "$root.log" >&2
    say "debootstrap failed"
    exit 1
  }
  rm -f "$root.log"
  printf 'deb %s %s main\n' "$from" "$release" "$from" "$release-updates" >"$root/etc/apt/sources.list"
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
    mount -t tmpfs tmpfs "$1/tmp" && mkdir -p "$1/dev/shm" && mount -t tmpfs tmpfs "$1/dev/shm" || exit 1
    exec env -i HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      chroot "$1" bash -c "cd /root/sanctum && $2"' bash "$root" "$*"
}

main() {
  [[ $(id -u) == 0 ]] || skip "debootstrap needs root"
  command -v debootstrap >/dev/null || skip "debootstrap is not installed"
  local from root status=0 began=$SECONDS
  from=$(mirror)
  [[ -n $from ]] || skip "apt on this machine knows no archive of $release"
  if (($#)); then
    root=$1
    mkdir -p "$root"
  else
    root=$(mktemp -d "${TMPDIR:-/var/tmp}/newcomer.XXXXXX")
    trap 'rm -rf --one-file-system "$root"' EXIT
  fi
  [[ -e $root/etc/debian_version ]] || make_system "$root" "$from"
  clone_tree "$root"
  say "running ./sanctum test in there"
  inside "$root" ./sanctum test || status=$?
  say "./sanctum test ended with status $status after $((SECONDS - began)) s in all"
  return "$status"
}

main "$@"
