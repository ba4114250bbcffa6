"""What stands before the first line of a page: each page has its own, made by the commands that other pages explain."""

import glob
import os
import sqlite3

from lib.process import eventually

NAMES = "iqn.2026-01.com.example"
UNITS = {"ledger": "5001405000000001", "films": "5001405000000002"}
SERVER = """[api]
address = "0.0.0.0"
names = ["san.example.com"]
[[control_node]]
name = "isns.control"
"""
TARGET = """[isns]
servers = ["192.0.2.5"]
"""
HOST = """[initiator]
name = "{name}"
[isns]
servers = ["192.0.2.5"]
[host]
enabled = true
"""

OPEN_ISNS = """Database = /var/lib/isns
DefaultDiscoveryDomain = 0
Security = 0
SLPRegister = 0
"""


class San:
    """The example of the pages: desk, san, storage1 with a target `ledger`, and hosts."""

    def __init__(self, network):
        self.network = network
        self.desk = self.server = None

    def machine(self, name):
        return self.network.machine(name)

    def write(self, machine, path, text):
        with open(f"{self.machine(machine).folder}{path}", "w", encoding="utf-8") as file:
            file.write(text)

    def only_server(self):
        """Not initialised; the desk is at its console."""
        self.server = self.desk = self.machine("san")
        self.write("san", "/etc/sanctum/isns-server.toml", SERVER)
        self.server.ok("systemctl start isns-server")

    def with_administrator(self):
        self.only_server()
        self.desk = self.machine("desk")
        self.server.ok("sanctl init admin --password-out first-password --fingerprint-out authority")
        self.server.ok("cp first-password /machines/desk/root/password")
        self.server.ok("cp authority /machines/desk/root/authority")
        self.desk.ok('sanctl login --server san.example.com --user admin --password-file password --fingerprint "$(cat authority)"')
        self.desk.ok("export SANCTL_ISNS_SERVER=san.example.com")

    def install(self, name, configuration, *units):
        """An agent with its configuration; it runs."""
        self.write(name, "/etc/sanctum/agent.toml", configuration)
        self.machine(name).ok("systemctl start " + " ".join((*units, "san-agent")))

    def registered(self, name):
        eventually(lambda: any(name in row for row in self.rows("entities")), f"{name} is registered")

    def enrol(self, name, node):
        token = f"/machines/{name}/root/token"
        self.desk.ok(f"sanctl agent invite {name} --entity {name} --node {node} --file token && cp token {token} && rm token")
        self.machine(name).ok("sanctl agent join --server san.example.com --token-file token")

    def storage(self):
        """storage1 with its target and two units."""
        node, machine = f"{NAMES}:storage1", self.machine("storage1")
        self.install("storage1", TARGET)
        machine.ok(f"sanctl agent target create {node}")
        for unit, naa in UNITS.items():
            machine.ok(f"sanctl agent unit create {unit} file:/srv/{unit}.img --size 64M --set naa={naa}")
        self.registered("storage1")
        self.enrol("storage1", node)
        eventually(lambda: len(self.rows("logical-units")) == len(UNITS), "the units are known")

    def new_host(self, name):
        self.install(name, HOST.format(name=f"{NAMES}:{name}"), "san-agent-attach")
        self.registered(name)

    def host(self, name):
        self.new_host(name)
        self.enrol(name, f"{NAMES}:{name}")

    def inventory(self, **disks):
        """Change set 1: names for what is there, and for each host a zone and a map of its unit. The disks come."""
        lines = ["logical-units:", *(f"  - {{designator: naa.{naa}, name: {unit}}}" for unit, naa in UNITS.items())]
        if disks:
            zones = [f"{host}-storage1" for host in disks]
            lines += ["hosts:", *(f"  - {{name: {host}, entities: [{host}]}}" for host in disks), "domains:"]
            lines += [f'  - {{name: {host}-storage1, nodes: ["{NAMES}:{host}", "{NAMES}:storage1"]}}' for host in disks]
            lines += ["domain-sets:", f"  - {{name: production, enabled: true, domains: [{', '.join(zones)}]}}", "maps:"]
            lines += [f'  - {{who: "host:{host}", target: "{NAMES}:storage1", unit: naa.{UNITS[unit]}}}'
                      for host, unit in disks.items()]
        self.write("desk", "/root/before.yaml", "\n".join(lines) + "\n")
        self.desk.ok("sanctl apply --file before.yaml --commit --reason Inventory && sanctl change confirm 1 && rm before.yaml")
        for host in disks:
            eventually(lambda host=host: "attached" in "".join(self.machine(host).ok("sanctl agent disks")), f"{host} has its disk")

    def logs(self):
        """The last lines of each service, for whoever looks why a page failed."""
        said = []
        for path in sorted(glob.glob(f"{self.network.folder}/*/var/log/*.log")):
            with open(path, encoding="utf-8", errors="replace") as file:
                said += [f"--- {os.path.relpath(path, self.network.folder)}", *file.read().splitlines()[-25:]]
        return "\n".join(said)

    def an_hour_passes(self):
        """What waits (state 8) is due: the store says so while the server is down."""
        self.server.ok("systemctl stop isns-server")
        with sqlite3.connect(f"{self.server.folder}/var/lib/sanctum/registry.db") as store:
            store.execute("UPDATE change_draft SET due_at = 1 WHERE state = 8")
        store.close()
        self.server.ok("systemctl start isns-server")

    def rows(self, kind):
        """Lines of CSV: the reference, the name, and what the kind shows."""
        return self.desk.ok(f"sanctl list {kind} --output csv")[1:]


def tutorial(san):
    san.only_server()


def readme(san):
    """Nothing is installed."""
    for name in ("san", "storage1", "db1"):
        san.machine(name)
    san.desk = san.machine("san")


def new_host(san):
    san.with_administrator()
    san.storage()
    san.inventory()
    san.machine("web1")


def hosts(san, **disks):
    san.with_administrator()
    san.storage()
    for name in disks:
        san.host(name)
    san.inventory(**disks)


def one_host(san):
    hosts(san, db1="ledger")


def two_hosts(san):
    one_host(san)
    san.new_host("web1")


def two_servers(san):
    """The first has what is none of its database, too; the second one has just been installed."""
    one_host(san)
    san.machine("san").ok("mkdir -p /etc/sanctum/isns-keys /etc/systemd/system/isns-server.service.d")
    san.write("san", "/etc/sanctum/isns-keys/server.key", "none is read: nothing is signed here\n")
    san.write("san", "/etc/systemd/system/isns-server.service.d/override.conf", "[Service]\nLimitMEMLOCK=1M\n")
    san.machine("san2").ok("systemctl start isns-server")


def with_secrets(san):
    hosts(san, db1="ledger", web1="films")
    for name in ("db1", "web1"):
        san.desk.ok(f"sanctl chap add {NAMES}:{name} {NAMES}:storage1 --reason 'As ordered'")


def foreign(san):
    san.with_administrator()
    old = san.machine("oldsan")
    san.write("oldsan", "/etc/isns/isnsd.conf", OPEN_ISNS)
    old.ok("systemctl start isnsd")
    eventually(lambda: not san.desk.run("sanctl isns ping --server 192.0.2.7")[1], "isnsd answers")
    san.install("storage1", TARGET.replace("192.0.2.5", "192.0.2.7"))
    san.machine("storage1").ok(f"sanctl agent target create {NAMES}:storage1")
    san.machine("storage1").ok("sanctl agent unit create ledger file:/srv/ledger.img --size 64M")
    san.write("oldsan", "/etc/iscsi/initiatorname.iscsi", f"InitiatorName={NAMES}:oldsan\n")
    san.install("db1", HOST.format(name=f"{NAMES}:db1").replace("192.0.2.5", "192.0.2.7"), "san-agent-attach")


BEFORE = {"README.md": readme, "tutorial.md": tutorial, "new-host.md": new_host, "new-lun.md": one_host,
          "rename-host.md": one_host,
          "rotate-secrets.md": with_secrets, "retire-storage.md": one_host, "restore-server.md": two_hosts,
          "move-server.md": two_servers, "foreign-name-server.md": foreign, "prepare-audit.md": one_host}
# Programs beside openssl without which it is not run.
NEEDED = {"foreign-name-server.md": ("isnsd",)}
