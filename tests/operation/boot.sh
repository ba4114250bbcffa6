#!/usr/bin/env bash
# The operations guide on a host of its own: a Debian 12 that boots with systemd in a container, the commands of
# docs/operations/install.md as they stand there, then reload, backup, restore and a mistake in the configuration. Takes
# minutes and downloads; so it is no part of the tests, but run by hand after `./sanctum build`:
#
#   tests/operation/boot.sh [FOLDER]   (root, packages debootstrap and systemd-container; FOLDER keeps the system)
#
# Ends with 0 when all is as the guide says, with 77 where it cannot run. SANCTUM_BIN names the programs' folder.
set -euo pipefail
tree=$(cd "$(dirname "$0")/../.." && pwd)
bin=${SANCTUM_BIN:-$tree/build/release/bin}
# shellcheck source=tests/support/debian_root.sh
. "$tree/tests/support/debian_root.sh"

# The first commands of the guide; what builds is done already.
commands_of_the_guide() {
  sed -n '/^    \.\/sanctum build$/,/^$/p' "$tree/docs/operations/install.md" | sed '/^$/q' | sed -n 's/^    //p' |
    grep -v '^\./sanctum build$'
}

# What the host does after its start; each line must succeed.
checks() {
  cat <<'CHECKS'
set -exuo pipefail
cd /root/tree
. ./guide.sh
sanctl isns ping
curl -fsS http://127.0.0.1:3286/readyz
test "$(ps -o user= -C isns-server)" = sanctum
sanctl isns register --eid a --initiator iqn.2024-01.org.example:a
mkdir -p /backup
isns-server backup /backup/r.db
isns-server verify /backup/r.db
systemctl stop isns-server.socket isns-server.service
isns-server restore /backup/r.db
systemctl start isns-server.socket isns-server.service
sanctl isns --control list nodes | grep iqn.2024-01.org.example:a
# A connection that the old server had accepted and that had asked nothing yet is closed; the next one waits for the new.
systemctl restart isns-server & { sanctl isns --control list nodes || sanctl isns --control list nodes; } |
  grep iqn.2024-01.org.example:a; wait
systemctl reload isns-server
journalctl -b -u isns-server | grep ISNS-1004
echo 'bogus = 1' >>/etc/sanctum/isns-server.toml
! systemctl reload isns-server
journalctl --sync; journalctl -b | grep 'unknown key .*bogus'
systemctl is-active isns-server
! systemctl restart isns-server
systemctl show -p Result -p NRestarts isns-server | grep -x 'NRestarts=0'
test "$(journalctl -b -u isns-server -p err -g ISNS-1005 -o cat | wc -l)" = 2
sed -i '$d' /etc/sanctum/isns-server.toml
systemctl reset-failed isns-server.socket isns-server.service
systemctl start isns-server.socket isns-server.service
sleep 35  # longer than the watchdog waits
systemctl is-active isns-server
echo all-is-as-the-guide-says
CHECKS
}

prepare() {
  local root=$1
  rm -rf "$root/root/tree"
  mkdir -p "$root/root/tree/build/release/bin" "$root/root/tree/docs/reference" "$root/root/tree/isns-server"
  cp "$bin/isns-server" "$bin/sanctl" "$root/root/tree/build/release/bin/"
  cp "$tree/docs/reference/isns-server.toml" "$root/root/tree/docs/reference/"
  cp -r "$tree/isns-server/packaging" "$root/root/tree/isns-server/"
  commands_of_the_guide >"$root/root/tree/guide.sh"
  checks >"$root/root/tree/go.sh"
  cat >"$root/etc/systemd/system/go.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash -c 'bash /root/tree/go.sh >/root/tree/said 2>&1; systemctl --no-block poweroff'
UNIT
  mkdir -p "$root/etc/systemd/system/default.target.wants"
  ln -sf ../go.service "$root/etc/systemd/system/default.target.wants/go.service"
  # A host as it was before: the guide installs everything.
  rm -rf "$root"/usr/bin/{isns-server,sanctl} "$root"/var/lib/sanctum "$root"/etc/sanctum "$root"/backup \
    "$root"/etc/systemd/system/isns-server.* "$root"/etc/systemd/system/*.wants/isns-server.*
}

main() {
  command -v systemd-nspawn >/dev/null || skip "systemd-container is not installed"
  local root packages
  debian_choose_root "$@"
  root=$debian_root
  packages=$(sed -n 's/^    apt-get install //p' "$tree/docs/operations/install.md" | tr ' ' ,)
  debian_make "systemd,systemd-sysv,dbus,curl,procps,$packages"
  prepare "$root"
  say "booting it"
  timeout 300 systemd-nspawn --quiet --boot --directory="$root" --private-network --register=no --keep-unit >/dev/null 2>&1 || true
  cat "$root/root/tree/said"
  [[ $(tail -n 1 "$root/root/tree/said") == all-is-as-the-guide-says ]]
}

main "$@"
