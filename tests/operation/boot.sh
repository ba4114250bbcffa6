#!/usr/bin/env bash
# The operations guide on a host of its own: a Debian 12 that boots with systemd in a container, the packages and the
# commands of docs/operations/install.md as they stand there, then reload, backup, restore, a mistake in the
# configuration, upgrade, a downgrade that is refused, remove and purge. Takes minutes and downloads; so it is no part of
# the tests, but run by hand after `./sanctum package`:
#
#   tests/operation/boot.sh [FOLDER]   (root, packages debootstrap and systemd-container; FOLDER keeps the system)
#
# SANCTUM_EARLIER=PACKAGES installs those of an earlier commit first, so that the upgrade is one from what that has
# written: its schemas, its audit log, its agents' enrolments.
#
# Ends with 0 when all is as the guide says, with 77 where it cannot run.
set -euo pipefail
tree=$(cd "$(dirname "$0")/../.." && pwd)
packages=$tree/build/packages
earlier=${SANCTUM_EARLIER:-$packages}
# shellcheck source=tests/support/debian_root.sh
. "$tree/tests/support/debian_root.sh"

# The commands under a heading of a page of the guide; what builds is done already.
commands_of_the_guide() {
  sed -n "/^## $1\$/,/^## /p" "$tree/docs/operations/${2:-install}.md" | sed -n 's/^    //p' | grep -v '^\./sanctum'
}

# What packages want of Debian, as debootstrap takes it.
wanted_of_debian() {
  local package
  for package in "$packages"/*.deb; do
    dpkg-deb -f "$package" Depends
    dpkg-deb -f "$package" Recommends
  done | tr ',' '\n' | sed 's/^ *//; s/[ |(].*//; /^sanctum-/d; /^$/d' | sort -u | paste -sd,
}

# The same packages under another version: what an upgrade and a downgrade meet.
repacked() {
  local version=$1 package folder
  folder=$(mktemp -d)
  for package in "$packages"/*.deb; do
    rm -rf "$folder/one"
    dpkg-deb -R "$package" "$folder/one"
    sed -i "s/^Version: .*/Version: $version/" "$folder/one/DEBIAN/control"
    if [[ -e $folder/one/DEBIAN/preinst ]]; then
      sed -i "s/$(dpkg-deb -f "$package" Version)/$version/g" "$folder/one/DEBIAN/preinst"
    fi
    dpkg-deb --root-owner-group -b "$folder/one" "$debian_root/root/tree/$version/" >/dev/null
  done
  rm -rf "$folder"
}

# What the host does after its start; each line must succeed. `refused` is for what must not.
checks() {
  cat <<'CHECKS'
set -exuo pipefail
refused() { if "$@"; then return 1; else return 0; fi; }
test ! -e /usr/bin/isns-server
CHECKS
  commands_of_the_guide 'The name server'
  cat <<'CHECKS'
test "$(ps -o user= -C isns-server)" = sanctum
test "$(stat -c %U:%a /var/lib/sanctum)" = sanctum:755 || test "$(stat -c %U:%a /var/lib/sanctum)" = sanctum:750
man isns-server.toml | grep -q listen.port
man sanctl-reach | grep -q 'sanctl reach'
bash -ic 'type _sanctl || { . /usr/share/bash-completion/completions/sanctl && type _sanctl; }' >/dev/null
sanctl isns register --eid a --initiator iqn.2024-01.org.example:a
mkdir -p /backup
isns-server backup /backup/r.db
isns-server verify /backup/r.db
# As on a new machine, whose server has keys of its own.
mkdir -p /safe
echo 'correct horse battery staple' >/root/passphrase
isns-server backup-keys /safe/sanctum-keys </root/passphrase
CHECKS
  commands_of_the_guide 'Restore on a new machine' backup | sed 's,restore-keys .*,& </root/passphrase,; s,registry-[0-9-]*,r,'
  cat <<'CHECKS'
sanctl isns --control list nodes | grep iqn.2024-01.org.example:a
test "$(stat -c %U /var/lib/sanctum/keys /var/lib/sanctum/keys/* | sort -u)" = sanctum
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
refused systemctl reload isns-server
journalctl --sync; journalctl -b | grep 'unknown key .*bogus'
systemctl is-active isns-server
refused systemctl restart isns-server
systemctl show -p Result -p NRestarts isns-server | grep -x 'NRestarts=0'
test "$(journalctl -b -u isns-server -p err -g ISNS-1005 -o cat | wc -l)" = 2
# Clients that knock have the socket start it again, and that ends.
for i in $(seq 100); do refused sanctl isns ping; if systemctl is-failed isns-server.socket; then break; fi; done
systemctl show -p Result isns-server.socket | grep -x Result=trigger-limit-hit
sed -i '$d' /etc/sanctum/isns-server.toml
systemctl start isns-server.socket isns-server.service
systemctl is-active isns-server.socket isns-server.service
# One address only, as the page has it; its own tools may still do all.
ip address add 192.0.2.10/32 dev lo
cp /etc/sanctum/isns-server.toml /root/isns-server.toml
mkdir -p /etc/systemd/system/isns-server.socket.d
CHECKS
  printf "cat >/etc/sanctum/isns-server.toml <<'END'\n%s\nEND\n" "$(commands_of_the_guide 'The socket unit' | sed -n '/^\[listen\]/,/^\[Socket\]/p' | sed '$d')"
  printf "cat >/etc/systemd/system/isns-server.socket.d/override.conf <<'END'\n%s\nEND\n" "$(commands_of_the_guide 'The socket unit' | sed -n '/^\[Socket\]/,/^systemctl/p' | sed '$d')"
  echo 'systemctl daemon-reload'
  commands_of_the_guide 'The socket unit' | grep '^systemctl'
  cat <<'CHECKS'
systemctl is-active isns-server.socket isns-server.service
sanctl isns --server 192.0.2.10 --control list nodes | grep iqn.2024-01.org.example:a
refused sanctl isns --control list nodes
mv /root/isns-server.toml /etc/sanctum/isns-server.toml
rm -r /etc/systemd/system/isns-server.socket.d
systemctl daemon-reload
systemctl stop isns-server.socket isns-server.service
systemctl start isns-server.socket isns-server.service
# A port that is held when it starts: it is there once that is free, without anybody's hand.
systemctl stop isns-server.socket isns-server.service
timeout 15 systemd-socket-activate -l 127.0.0.1:3286 true &
sleep 1
refused systemctl start isns-server.socket isns-server.service
for i in $(seq 60); do systemctl is-active isns-server && break; sleep 1; done
systemctl is-active isns-server isns-server.socket
sleep 35  # longer than the watchdog waits
systemctl is-active isns-server
CHECKS
  commands_of_the_guide 'Agents'
  cat <<'CHECKS'
systemctl is-active san-agent
sanctl agent status
# A file where the unit lets the agent write, and one where it does not.
sanctl agent unit create here file:/var/lib/sanctum/agent/here.img --size 1M
sanctl agent unit delete here --remove-file --yes
refused sanctl agent unit create there file:/srv/there.img --size 1M 2>/tmp/said
grep ReadWritePaths= /tmp/said
cp /usr/share/doc/sanctum-agent/examples/first.toml /etc/sanctum/agent.toml
systemctl restart san-agent
sanctl agent targets | grep iqn.2024-01.org.example:first
CHECKS
  commands_of_the_guide 'The console'
  cat <<'CHECKS'
san-console --version
refused env -u DISPLAY san-console
san-console --pictures /tmp/pictures && test -e /tmp/pictures/overview-light.png
# What an upgrade may not lose: people, an enrolled agent, a zone, and the audit log of it all.
reported() { sanctl list agents --output json | sed -n 's/.*"reported_at": *\([0-9]*\).*/\1/p'; }
reports_after() { for i in $(seq 90); do test "$(reported)" -gt "$1" && return; sleep 1; done; return 1; }
sanctl init admin --password-out /root/password
journalctl --sync  # for the packages of an earlier commit, whose init writes no fingerprint
journalctl -b -u isns-server -o cat | sed -n 's/.*event=api-serving .*authority=//p' | tail -n 1 >/root/authority
sanctl login --server localhost --user admin --password-file /root/password --fingerprint "$(cat /root/authority)"
sanctl audit restored --yes --reason 'the backup of above'
printf '[isns]\nservers = ["127.0.0.1"]\n' >>/etc/sanctum/agent.toml
systemctl restart san-agent
sanctl agent invite first --entity "$(hostname)" --node iqn.2024-01.org.example:first --file /root/token
sanctl agent join --server localhost --token-file /root/token
reports_after 0
sanctl zone create kept iqn.2024-01.org.example:a iqn.2024-01.org.example:first --new-set kept --commit --reason 'an upgrade keeps it'
sanctl change confirm 1
sanctl export --kinds domains,domain-sets --format yaml >/root/zones
# A newer version with the configuration changed here and the data in place.
echo '# mine' >>/etc/sanctum/isns-server.toml
apt-get install -y -o Dpkg::Options::=--force-confold ./9.0.0/*.deb
tail -n 1 /etc/sanctum/isns-server.toml | grep -x '# mine'
systemctl is-active isns-server.socket isns-server san-agent
sanctl isns --control list nodes | grep iqn.2024-01.org.example:a
reports_after "$(date +%s)"
sanctl export --kinds domains,domain-sets --format yaml | diff - /root/zones
sanctl change show 1 | grep 'an upgrade keeps it'
sanctl audit export /root/audit.jsonl
sanctl audit verify --key "$(sanctl audit keys --output csv | tail -n 1 | cut -d, -f1)" /root/audit.jsonl
# And back: refused with a word, and what was there stays and serves.
running() { systemctl show -p MainPID isns-server san-agent; }
running >/tmp/running
refused apt-get install -y --allow-downgrades ./0.0.1/sanctum-server_*.deb >/tmp/said 2>&1
running | diff - /tmp/running
grep 'cannot open what that has' /tmp/said
dpkg-query -W -f '${Version}' sanctum-server | grep -x 9.0.0
systemctl is-active isns-server
SANCTUM_DOWNGRADE=1 apt-get install -y --allow-downgrades ./0.0.1/sanctum-server_*.deb
systemctl is-active isns-server.socket isns-server
# The part that is root, which somebody has enabled.
systemctl enable --now san-agent-attach
# Leaving: the data stay, until the purge.
apt-get remove -y sanctum-server sanctum-agent sanctum-tools sanctum-console
refused systemctl is-active isns-server
refused pgrep isns-server
test ! -e /usr/bin/isns-server && test -e /var/lib/sanctum/registry.db && test -e /etc/sanctum/isns-server.toml
apt-get purge -y sanctum-server sanctum-agent
test ! -e /var/lib/sanctum && test ! -e /etc/sanctum
# Once more, as if it had never been there.
apt-get install -y ./9.0.0/sanctum-server_*.deb ./9.0.0/sanctum-tools_*.deb ./9.0.0/sanctum-agent_*.deb
sanctl isns ping
refused systemctl is-enabled san-agent-attach
echo all-is-as-the-guide-says
CHECKS
}

prepare() {
  local root=$debian_root
  rm -rf "$root/root/tree" "$root"/var/lib/sanctum "$root"/etc/sanctum "$root"/backup "$root"/safe
  mkdir -p "$root/root/tree/build" "$root/root/tree/9.0.0" "$root/root/tree/0.0.1"
  chroot "$root" dpkg --purge sanctum-server sanctum-agent sanctum-tools sanctum-console >/dev/null 2>&1 || true
  cp -r "$earlier" "$root/root/tree/build/packages"
  repacked 9.0.0
  repacked 0.0.1
}

main() {
  local script
  compgen -G "$packages/*.deb" >/dev/null || skip "there are no packages; run ./sanctum package"
  debian_choose_root "$@"
  debian_make "systemd,systemd-sysv,dbus,wget,iproute2,procps,man-db,bash-completion,$(wanted_of_debian)"
  prepare
  script=$(mktemp)
  checks >"$script"
  debian_boot "$script"
}

main "$@"
