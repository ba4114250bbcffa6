# A Debian 12 in a folder, made by debootstrap, for scripts that try the project on a host of its own. Sourced, not run.
#
# Wants root, debootstrap and an archive of the release that this machine's apt knows; without them the script ends
# with 77. A folder that holds a Debian already is taken as it is.
# shellcheck shell=bash

debian_release=bookworm
debian_root=

# Both begin with the script's own name.
say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*"; }
skip() {
  say "skipped: $*"
  exit 77
}

# The archive that this machine's apt uses.
debian_mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI)' "Codename: $debian_release" 'Created-By: Packages' 2>/dev/null |
    head -n 1
}

# Sets debian_root: the folder given, which stays, or one that goes when the script ends.
debian_choose_root() {
  [[ $(id -u) == 0 ]] || skip "debootstrap needs root"
  command -v debootstrap >/dev/null || skip "debootstrap is not installed"
  if (($#)); then
    debian_root=$1
    mkdir -p "$debian_root"
  else
    debian_root=$(mktemp -d "${TMPDIR:-/var/tmp}/$(basename "$0" .sh).XXXXXX")
    trap 'rm -rf --one-file-system "$debian_root"' EXIT  # not local: it must outlive the function that chose it
  fi
}

# Makes the system with these packages (a list with commas), where there is none yet.
debian_make() {
  local packages=$1 from
  [[ ! -e $debian_root/etc/debian_version ]] || return 0
  from=$(debian_mirror)
  [[ -n $from ]] || skip "apt on this machine knows no archive of $debian_release"
  say "making a minimal $debian_release from $from in $debian_root"
  debootstrap --variant=minbase --include="$packages" "$debian_release" "$debian_root" "$from" \
    >"$debian_root.log" 2>&1 || {
    tail -n 20 "$debian_root.log" >&2
    say "debootstrap failed"
    exit 1
  }
  rm -f "$debian_root.log"
  # As an installed system has it: everybody may enter the root folder, and the host knows its own name.
  chmod 755 "$debian_root"
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$(hostname)" >"$debian_root/etc/hosts"
}

# Boots it with systemd, without a network, runs the script of the host's own in there as root when all has started, and
# prints what that said; ends with the script's status. Wants systemd-container.
debian_boot() {
  local script=$1
  command -v systemd-nspawn >/dev/null || skip "systemd-container is not installed"
  cp "$script" "$debian_root/root/go.sh"
  rm -f "$debian_root/root/status"
  cat >"$debian_root/etc/systemd/system/go.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
Environment=HOME=/root DEBIAN_FRONTEND=noninteractive
ExecStart=/bin/bash -c 'cd /root/tree; bash /root/go.sh >/root/said 2>&1; echo $? >/root/status; systemctl --no-block poweroff'
UNIT
  mkdir -p "$debian_root/etc/systemd/system/default.target.wants"
  ln -sf ../go.service "$debian_root/etc/systemd/system/default.target.wants/go.service"
  say "booting it"
  timeout 600 systemd-nspawn --quiet --boot --directory="$debian_root" --private-network --register=no --keep-unit \
    >/dev/null 2>&1 || true
  cat "$debian_root/root/said"
  return "$(cat "$debian_root/root/status")"
}
