"""What the demo tells, step by step; a step that does not come true is a Broken."""

import getpass
import json
import os
import shlex
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from stage import NAMES, NameServer, Storage, eventually
from teller import fold

VAULT, MEDIA = f"{NAMES}:vault", f"{NAMES}:media"
UNITS = {"ledger": ("vault", 64, "5001405000000001"), "archive": ("vault", 96, "5001405000000002"),
         "films": ("media", 128, "5001405000000003"), "music": ("media", 48, "5001405000000004")}
HOSTS = ("db1", "db2", "web1")
DISK = f"db1/by-target/{VAULT}/lun-0"

LABELS = {"web1": "test", "ledger": "production", "films": "production"}


def labelled(name):
    return f", labels: [{LABELS[name]}]" if name in LABELS else ""


SAN = f"""networks:
  - {{name: storage, subnets: [127.0.0.0/8]}}
labels:
  - {{name: production, regime: SOX}}
  - {{name: test}}
separation-rules:
  - {{name: no tests on production, subject: production, mode: never-with, other: test}}
hosts:
{"".join(f"  - {{name: {name}, entities: [{name}]{labelled(name)}}}" + chr(10) for name in HOSTS)}logical-units:
{"".join(f"  - {{designator: naa.{naa}, name: {name}{labelled(name)}}}" + chr(10) for name, (_, _, naa) in UNITS.items())}domain-sets:
  - {{name: production, enabled: true}}
"""

LEDGER = f"""nodes:
  - {{name: "{VAULT}", chap: one-way}}
domains:
  - {{name: db1-vault, nodes: ["{NAMES}:db1", "{VAULT}"]}}
domain-sets:
  - {{name: production, domains: [db1-vault]}}
maps:
  - {{who: "host:db1", target: "{VAULT}", unit: naa.{UNITS["ledger"][2]}}}
"""

COPY = f"""domains:
  - {{name: web1-media, chap: mutual, nodes: ["{NAMES}:web1", "{MEDIA}"]}}
domain-sets:
  - {{name: production, domains: [db1-vault, web1-media]}}
maps:
  - {{who: "host:web1", target: "{MEDIA}", unit: naa.{UNITS["films"][2]}}}
"""

# What to type next, and why. {number} is that of the change set.
NEXT = (
    ("another disk for web1, which its zone allows: this terminal tells when it is there", (
        f"sanctl map add web1 {MEDIA} music --commit --reason 'A try'",
        "sanctl change confirm {number}",
        "sanctl agent disks --socket web1/agent.sock",
        "sanctl agent paths --socket web1/agent.sock")),
    ("who reaches it, why, and what the rules say of that", (
        "sanctl who-reaches music",
        "sanctl reach web1 music --why",
        "sanctl finding list")),
    ("what was changed, by whom; and back again", (
        "sanctl change list",
        "sanctl audit log --limit 20",
        "sanctl change rollback {number} --reason 'It was a try' --yes")),
    ("the storage server, and what an iSNS client is told", (
        "sanctl agent status --socket storage2/agent.sock",
        "sanctl agent sessions --socket storage2/agent.sock",
        f"sanctl isns list targets --source {NAMES}:web1")),
)


class Story:
    def __init__(self, stage, teller, hosts, window):
        """`window`: somebody is there to look at one."""
        self.stage, self.tell, self.window = stage, teller, window
        self.crowd = [f"node{number:03}" for number in range(1, hosts - len(HOSTS) + 1)]

    def play(self):
        self.begin()
        self.inventory()
        self.grant()
        self.proof()
        self.incident()
        self.mend()
        self.evidence()
        self.take_away()
        if self.crowd:
            self.zone_the_crowd()
        self.console()

    # --- what there is

    def begin(self):
        tell, stage = self.tell, self.stage
        self.server = NameServer(stage)
        self.light = [stage.host(name, self.server, helper=False) for name in self.crowd]
        tell.step("A name server with its management API, two storage servers, three hosts; an agent on each.")
        tell.run("sanctl init admin --socket server/management.sock --password-out password --fingerprint-out authority")
        self.api = self.server.api()
        tell.run(f"sanctl login --server {self.api} --user admin --password-file password "
                 '--fingerprint "$(cat authority)"')
        self.start_agents()
        first, *others = self.agents
        for command in self.enrolment(first):
            tell.run(command)
        for agent in others:
            self.enrol(agent)
        tell.say("The other four enrol in the same way.")
        eventually(self.all_reported, "an agent does not report")
        tell.run("sanctl list agents")
        if self.crowd:
            self.enrol_the_crowd()

    def all_reported(self):
        rows = json.loads(self.tell.quietly("sanctl list agents --output json"))
        return all(row["reported_at"] for row in rows)

    def start_agents(self):
        def units(target):
            return [(name, mib, naa) for name, (of, mib, naa) in UNITS.items() if of == target]
        storage = [Storage(self.stage, name, self.server, target, units(target))
                   for name, target in (("storage1", "vault"), ("storage2", "media"))]
        self.hosts = {name: self.stage.host(name, self.server) for name in HOSTS}
        self.stage.environment["SANCTL_ISNS_SERVER"] = self.server.isns
        self.agents = [*storage, *self.hosts.values()]
        for agent in self.agents:  # one after the other: the SAN lists them as they came
            agent.start().ready()
        self.db1, self.storage2 = self.hosts["db1"], storage[1]
        self.means, self.reason = self.db1.helper.logged(r'means=(\w+) reason="([^"]*)"').groups()

    def enrolment(self, agent):
        return (f"sanctl agent invite {agent.name} --entity {agent.name} --node {agent.iqn} -f {agent.name}/token",
                f"sanctl agent join --socket {agent.socket} --server {self.api} --token-file {agent.name}/token")

    def enrol(self, agent):
        for command in self.enrolment(agent):
            self.tell.quietly(command)

    def inventory(self):
        tell = self.tell
        tell.step("What there is: names for it are a document, and a change set like all changes.")
        eventually(lambda: len(self.tell.quietly("sanctl list logical-units --output csv").splitlines()) > len(UNITS),
                   "the logical units are not all reported")
        self.write("san.yaml", SAN)
        tell.run("cat san.yaml")
        tell.run("sanctl apply -f san.yaml --commit --reason 'Inventory'")
        tell.run("sanctl change confirm 1")
        tell.run("sanctl list logical-units")
        tell.step("db1 has no disk. Can it reach the ledger, and if not, why?")
        tell.run("sanctl agent disks --socket db1/agent.sock")
        tell.run("sanctl reach db1 ledger --why --expect no")

    # --- a disk comes

    def grant(self):
        tell = self.tell
        tell.step("One change set: a zone and a map. Its impact is told before anything happens.")
        self.write("ledger.yaml", LEDGER)
        tell.run("cat ledger.yaml")
        tell.run("sanctl apply -f ledger.yaml --title 'The ledger for db1'")
        tell.say("The vault demands CHAP. The server makes the secret, and gives it to both ends; nobody sees it.")
        tell.run(f"sanctl chap add {NAMES}:db1 {VAULT} --draft 2")
        tell.run("sanctl change impact 2")
        tell.run("sanctl change submit 2 --reason 'Ledger of db1' --ticket CHG-815")
        began = time.monotonic()
        tell.run("sanctl change commit 2")
        [disk] = eventually(self.db1.attached, lambda: f"db1 gets no disk: {self.db1.process.last_words()}")
        tell.good(f"db1 has its disk {time.monotonic() - began:.1f} s after that command was given.")
        tell.run("sanctl change confirm 2")
        tell.run("sanctl agent disks --socket db1/agent.sock")
        self.use(disk["device"])

    def use(self, device):
        if self.is_block():
            self.use_block_device()
        else:
            self.use_socket(device)

    def is_block(self):
        return self.means != "socket"

    def use_block_device(self):
        tell = self.tell
        tell.step("It is a block device like any other.")
        tell.run(f"mkfs.ext4 -q {DISK}", "# ")
        tell.run("mkdir db1/mnt", "# ")
        tell.run(f"mount {DISK} db1/mnt", "# ")
        tell.run("echo '2026-11-02 opening balance 4711' >db1/mnt/ledger.txt && sync -f db1/mnt", "# ")
        tell.run("cat db1/mnt/ledger.txt", "# ")

    def use_socket(self, device):
        tell = self.tell
        why = "only root makes block devices: sudo ./sanctum demo" if os.geteuid() else self.reason
        tell.step("It is an NBD export on a unix socket here, for qemu and whatever speaks NBD.")
        tell.say(f"No block device, and so no file system: {why}.")
        if not shutil.which("nbdcopy"):
            tell.say("Nothing is written to it: nbdcopy (package libnbd-bin) is not there.")
            return
        uri = f"nbd+unix:///?socket={device}"
        tell.run("head -c 1M /dev/urandom >sample")
        tell.run(f"nbdcopy sample '{uri}'")
        tell.run(f"nbdcopy '{uri}' - | cmp -n 1M - sample && echo 'what was written is read'")

    # --- and what that means

    def proof(self):
        tell = self.tell
        self.reaches("yes", "agents see it used")
        tell.step("The same question again: yes; by what, by which proof, since when, and whether it is seen.")
        tell.run("sanctl reach db1 ledger --why --expect yes")
        tell.say("Revisions are those of change sets, registrations and reports:")
        tell.run("sanctl change list")

    def reaches(self, answer, words="", whom="db1 ledger"):
        def told():
            said = self.tell.quietly(f"sanctl reach {whom}")
            return said.startswith(answer) and words in said
        eventually(told, f"the answer to reach {whom} does not become {answer} {words}".rstrip())

    # --- what should not be, found and mended

    def incident(self):
        tell, web1 = self.tell, self.hosts["web1"]
        tell.step("An incident. Somebody copies a zone: web1, a host for tests, gets films, which is production.")
        self.write("copy.yaml", COPY)
        tell.run("cat copy.yaml")
        tell.run("sanctl apply -f copy.yaml --title 'As db1 has it'")
        tell.say("This zone demands mutual CHAP: the target proves itself, too.")
        tell.run(f"sanctl chap add {NAMES}:web1 {MEDIA} --mutual --draft 3")
        tell.run("sanctl change submit 3 --reason 'Copied from db1'")
        tell.run("sanctl change commit 3")
        eventually(web1.attached, lambda: f"web1 gets no disk: {web1.process.last_words()}")
        tell.run("sanctl change confirm 3")
        tell.step("The rules say so at once; the reason why it is reached is a proof.")
        eventually(lambda: "R16" in tell.quietly("sanctl finding list --rule R16"), "the rules do not find it")
        tell.run("sanctl finding list | grep -v medium")
        tell.run("sanctl finding show R16 web1")
        self.reaches("yes", "agents see it used", "web1 films")
        tell.run("sanctl reach web1 films --why --expect yes")

    def mend(self):
        tell, web1 = self.tell, self.hosts["web1"]
        tell.step("The finding knows what would mend it: a draft, with its impact.")
        tell.run("sanctl finding mend R16 web1")
        tell.run("sanctl change submit 4 --reason 'No tests on production' --ticket INC-2044")
        tell.run("sanctl change commit 4 --reason 'web1 was never to have it'")
        tell.run("sanctl change confirm 4")
        eventually(lambda: not web1.disks(), lambda: f"the disk of web1 does not go: {web1.disks()}")
        # Its agents have said so, too.
        eventually(lambda: "agents see" not in tell.quietly("sanctl reach web1 films") and
                   "R23" not in tell.quietly("sanctl finding list"), "agents still see the disk of web1 used")
        tell.run("sanctl finding list --rule R16")
        tell.run("sanctl reach web1 films --expect no")

    def evidence(self):
        tell = self.tell
        tell.step("Evidence for an auditor, of now and of every change; checked without the server.")
        tell.run("sanctl evidence create pack.tar --title 'Who reaches the ledger' --reason 'Audit of November'")
        key = tell.quietly("sanctl audit keys --output csv | tail -n 1 | cut -d, -f1").strip()
        tell.run(f"sanctl evidence verify pack.tar --key {key}")

    # --- it goes

    def take_away(self):
        tell = self.tell
        tell.step("It is taken back. A session is open: the impact says so, and a reason is asked for.")
        tell.run("sanctl change rollback 2 --draft --reason 'The ledger moves'")
        tell.run("sanctl change submit 5 --reason 'The ledger moves' --ticket CHG-816")
        tell.run("sanctl change commit 5", status=10)
        began = time.monotonic()
        tell.run("sanctl change commit 5 --reason 'db1 is down for it'")
        tell.run("sanctl change confirm 5")
        if self.is_block():
            self.goes_when_it_is_unmounted()
        self.is_gone(began)
        self.reaches("no")
        tell.step("The answer now, and what the audit log says about it.")
        tell.run("sanctl reach db1 ledger --expect no")
        tell.run("sanctl audit log --event change.commit")

    def goes_when_it_is_unmounted(self):
        tell = self.tell
        tell.say("The target refuses at once. The disk stays until nobody uses it, and fails whoever writes to it:")
        eventually(lambda: any("mounted" in disk["why"] for disk in self.db1.disks()),
                   lambda: f"db1 does not say that its disk is in use: {self.db1.disks()}")
        tell.run("sanctl agent disks --socket db1/agent.sock")
        tell.run("umount db1/mnt", "# ")

    def is_gone(self, began):
        began = time.monotonic() if self.is_block() else began
        eventually(lambda: not self.db1.disks(), lambda: f"the disk of db1 does not go: {self.db1.disks()}")
        tell = self.tell
        tell.good(f"The disk is gone {time.monotonic() - began:.1f} s later.")
        tell.run("sanctl agent disks --socket db1/agent.sock")

    # --- many

    def enrol_the_crowd(self):
        began = time.monotonic()
        for host in self.light:
            host.start()
        for host in self.light:
            host.ready()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self.enrol, self.light))
        self.tell.say(f"And a crowd: {len(self.crowd)} more hosts, {self.crowd[0]} to {self.crowd[-1]}, in "
                      f"{time.monotonic() - began:.1f} s. Each is a san-agent of its own that registers, is enrolled, and logs in "
                      "to the targets that it finds. They have no helper, and so no disks.")

    def zone_the_crowd(self):
        tell = self.tell
        tell.step(f"One change set for {len(self.crowd)} hosts: all of them may read music.")
        self.write("crowd.yaml", "clusters:\n  - {name: crowd}\nhosts:\n" + "".join(
            f"  - {{name: {name}, entities: [{name}], cluster: crowd}}\n" for name in self.crowd) +
            f'domains:\n  - name: crowd-media\n    nodes: ["{MEDIA}", ' +
            ", ".join(f'"{NAMES}:{name}"' for name in self.crowd) + "]\ndomain-sets:\n"
            "  - {name: production, domains: [crowd-media]}\nmaps:\n"
            f'  - {{who: "cluster:crowd", target: "{MEDIA}", unit: naa.{UNITS["music"][2]}, right: read-only}}\n')
        began = time.monotonic()
        tell.run("sanctl apply -f crowd.yaml --commit --reason 'Music for the crowd'")
        eventually(lambda: len(self.storage2.ask("sessions")["sessions"]) == len(self.crowd),
                   lambda: f"{len(self.storage2.ask('sessions')['sessions'])} sessions are there of {len(self.crowd)}")
        tell.good(f"All {len(self.crowd)} have logged in {time.monotonic() - began:.1f} s after that command was given.")
        tell.run("sanctl change confirm 6")
        eventually(lambda: f" {len(self.crowd)} of " in tell.quietly("sanctl who-reaches music"), "not all of them reach music")
        tell.run("sanctl who-reaches music | tail -n 3")

    # --- the same in a window

    def console(self):
        """Opens it where a display is there; else saves its pages, in a folder that stays."""
        tell = self.tell
        if not os.access(f"{self.stage.programs}/san-console", os.X_OK):
            return
        tell.step("The same in the desktop console, with the login of sanctl.")
        if self.window and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            tell.show("san-console --as-sanctl --page access &")
            self.stage.window("san-console", "--as-sanctl", "--page", "access")
            return
        pages = os.path.join(tempfile.gettempdir(), f"sanctum-pages-{getpass.getuser()}")
        tell.run(f"san-console --as-sanctl --save-pages {pages}")

    # --- the end

    def what_next(self):
        tell, folder = self.tell, self.stage.folder
        self.write("env", f"cd {shlex.quote(folder)}\nexport PATH={shlex.quote(self.stage.programs)}:$PATH "
                   f"XDG_CONFIG_HOME={shlex.quote(folder)}/home SANCTL_ISNS_SERVER={self.server.isns}\n")
        tell.step("To try next, in another terminal:")
        tell.line()
        tell.line(f"  . {folder}/env", tell.bold)
        for what, commands in self.next():
            tell.line(f"  # {what}")
            for command in commands:
                for line in fold(command, "  ", "      "):
                    tell.line(line, tell.bold)

    def next(self):
        number = "7" if self.crowd else "6"
        return [(what, [command.replace("{number}", number) for command in commands]) for what, commands in NEXT]

    def try_next(self):
        """What was told to try is what works."""
        for _, commands in self.next():
            for command in commands:
                self.tell.quietly(command)
                if command.startswith("sanctl change confirm"):
                    eventually(self.hosts["web1"].attached, "web1 gets no disk")
        eventually(lambda: not self.hosts["web1"].disks(), "the disk of web1 does not go")

    def write(self, name, text):
        with open(os.path.join(self.stage.folder, name), "w", encoding="utf-8") as file:
            file.write(text)
