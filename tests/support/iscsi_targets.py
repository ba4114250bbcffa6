"""iSCSI targets as programs: the files, command line and settings with which tests and the bench start them.

Each class gives one target with logical units on 127.0.0.1:port and runs nothing that stays: whoever uses it writes
its files by prepare(), starts command() with environment() in its own way, waits until the port is open, and calls
configure().
To change how san-agent is configured in tests and measurements, change SanAgent and nothing else.
"""

import dataclasses
import os
import shutil
import subprocess

TARGET = "iqn.2026-01.org.example:measured"


@dataclasses.dataclass(frozen=True)
class Unit:
    """A logical unit of 512-byte blocks. Peers that have no memory store need a path, and have one target."""

    mib: int = 256
    path: str = ""  # of a file; empty: memory of the target
    thin: bool = False
    removable: bool = False
    read_only: bool = False
    store: str = ""  # of san-agent, in its own words; then all else but read_only is what that is
    target: str = TARGET  # whose unit it is

    def make_file(self):
        if self.path:
            with open(self.path, "ab") as file:
                file.truncate(self.mib << 20)


@dataclasses.dataclass(frozen=True)
class Chap:
    """What an initiator must prove; with a mutual name, what the target proves."""

    name: str
    secret: str
    mutual_name: str = ""
    mutual_secret: str = ""


class IscsiTarget:
    """The units of a target are its LUNs from first_lun on. Everything that it writes lies in `folder`."""

    name = ""  # for people
    first_lun = 1
    patience = 20.0  # seconds that it may take to end after SIGTERM
    addresses = ("127.0.0.1",)  # at which it listens; of tgtd

    def __init__(self, folder, port, units, chap=None, program=None):
        self.folder, self.port, self.units, self.chap = folder, port, units, chap
        self.program = program or self.installed()

    @classmethod
    def installed(cls):
        """The path of the program, None if it is not there."""
        return shutil.which(cls.name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")

    def prepare(self):
        for unit in self.units:
            unit.make_file()

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def configure(self):
        """After its port is open."""

    def path(self, name):
        return os.path.join(self.folder, name)

    def lun(self, index):
        return self.first_lun + sum(unit.target == self.units[index].target for unit in self.units[:index])

    def url(self, index=0, anonymous=False, **arguments):
        """For libiscsi's tools; qemu knows nothing of the arguments. With what the target demands, unless anonymous."""
        user = ""
        if self.chap and not anonymous:
            user = f"{self.chap.name}%{self.chap.secret}@"
            if self.chap.mutual_name:
                arguments |= {"target_user": self.chap.mutual_name, "target_password": self.chap.mutual_secret}
        more = "&".join(f"{key}={value}" for key, value in arguments.items())
        path = f"{self.units[index].target}/{self.lun(index)}"
        return f"iscsi://{user}127.0.0.1:{self.port}/{path}" + (f"?{more}" if more else "")


class SanAgent(IscsiTarget):
    """This project's. The one place that says how it is configured and started."""

    name = "san-agent"
    address = "127.0.0.1"  # of its portal
    more_addresses = ()  # of others, with the same port
    algorithms = ("MD5",)  # of CHAP
    chap_at_discovery = False  # as at the targets
    redirect = ""  # HOST:PORT to which it sends who logs in

    def prepare(self):
        super().prepare()
        os.makedirs(self.path("state"), exist_ok=True)
        with open(self.path("agent.toml"), "w", encoding="utf-8") as file:
            file.write(self.configuration())

    def configuration(self):
        # One address and one initiator stand for thousands.
        text = _toml("state", folder=self.path("state"))
        text += _toml("control", socket=self.path("agent.sock"))
        text += _toml("http", enabled=False)
        text += _toml("limits", connections=20000, logins_at_a_time=20000, logins_of_an_address=20000, sessions=20000,
                      sessions_per_initiator=20000)
        for address in (self.address, *self.more_addresses):
            text += _toml("[portal]", address=f"{address}:{self.port}")
        for i, unit in enumerate(self.units):
            text += _toml("[unit]", id=f"unit{i}", store=self._store(unit), removable=unit.removable, max_nexuses=20000)
        authentication = ("mutual" if self.chap.mutual_name else "chap") if self.chap else "none"
        if self.chap_at_discovery:
            text += _toml("discovery", authentication=authentication, algorithms=list(self.algorithms))
        for target in dict.fromkeys(unit.target for unit in self.units):
            luns = [f"{self.lun(i)}=unit{i}{',ro' if unit.read_only else ''}" for i, unit in enumerate(self.units)
                    if unit.target == target]
            text += _toml("[target]", name=target, max_recv_data_segment_length="1MiB", first_burst_length="1MiB",
                          max_burst_length="8MiB", redirect=self.redirect)
            text += _toml("[access]", target=target, initiator="*", authentication=authentication, luns=luns,
                          algorithms=list(self.algorithms))
        return text + self._secrets()

    @staticmethod
    def _store(unit):
        if unit.store:
            return unit.store
        store = f"file:{unit.path}" if unit.path else f"memory:{unit.mib}M"
        return store + (",thin" if unit.thin and unit.path else "")

    def _secrets(self):
        if not self.chap:
            return ""
        for name, secret in (("secret", self.chap.secret), ("mutual-secret", self.chap.mutual_secret)):
            descriptor = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(secret)
        settings = {"name": self.chap.name, "secret": self.path("secret")}
        if self.chap.mutual_name:
            settings |= {"mutual_name": self.chap.mutual_name, "mutual_secret": self.path("mutual-secret")}
        of_both = _toml("[chap]", **settings)
        return of_both + (_toml("[chap]", discovery=True, **settings) if self.chap_at_discovery else "")

    def command(self):
        return [self.program, "--config", self.path("agent.toml")]

    def as_store(self, index=0, **arguments):
        """A unit as the store of another agent, with this target's own files for the secrets."""
        words = [self.url(index, anonymous=True, **arguments)]
        if self.chap:
            words += [f"user={self.chap.name}", f"secret={self.path('secret')}"]
            if self.chap.mutual_name:
                words += [f"target-user={self.chap.mutual_name}", f"target-secret={self.path('mutual-secret')}"]
        return ",".join(words)


def _toml(section, **settings):
    def value(of):
        if isinstance(of, bool):
            return "true" if of else "false"
        if isinstance(of, list):
            return "[" + ", ".join(map(value, of)) + "]"
        return str(of) if isinstance(of, int) else f'"{of}"'
    return "\n".join([f"[{section}]", *(f"{key} = {value(of)}" for key, of in settings.items()), "", ""])


class Tgtd(IscsiTarget):
    """Debian's tgt, its lengths raised to what the load asks for: with 8 KiB a PDU it loses half of large reads."""

    name = "tgtd"
    TUNED = {"MaxRecvDataSegmentLength": 1 << 20, "MaxXmitDataSegmentLength": 1 << 20, "FirstBurstLength": 1 << 20,
             "MaxBurstLength": 8 << 20, "InitialR2T": "No", "ImmediateData": "Yes", "MaxOutstandingR2T": 8}
    digests = "None"
    patience = 0.0  # it does not end while it has targets

    def command(self):
        portals = ",".join(f"portal={address}:{self.port}" for address in self.addresses)
        return [self.program, "-f", "--iscsi", portals]

    def environment(self):
        return {"TGT_IPC_SOCKET": self.path("ipc")}

    def configure(self):
        self.admin("new", "target", "--tid", "1", "-T", TARGET)
        for i, unit in enumerate(self.units):
            lun = ["--tid", "1", "--lun", str(self.first_lun + i)]
            self.admin("new", "logicalunit", *lun, "-b", unit.path)
            settings = {"thin_provisioning": unit.thin, "removable": unit.removable, "readonly": unit.read_only}
            words = [f"{key}=1" for key, wanted in settings.items() if wanted]
            if words:
                self.admin("update", "logicalunit", *lun, "--params", ",".join(words))
        for key, value in {**self.TUNED, "HeaderDigest": self.digests, "DataDigest": self.digests}.items():
            self.set(key, value)
        self._accounts()
        self.admin("bind", "target", "--tid", "1", "-I", "ALL")

    def _accounts(self):
        if not self.chap:
            return
        self.admin("new", "account", "--user", self.chap.name, "--password", self.chap.secret)
        self.admin("bind", "account", "--tid", "1", "--user", self.chap.name)
        if self.chap.mutual_name:
            self.admin("new", "account", "--user", self.chap.mutual_name, "--password", self.chap.mutual_secret)
            self.admin("bind", "account", "--tid", "1", "--user", self.chap.mutual_name, "--outgoing")

    def set(self, key, value):
        self.admin("update", "target", "--tid", "1", "--name", key, "--value", str(value))

    def use_digests(self, on):
        for key in ("HeaderDigest", "DataDigest"):
            self.set(key, "CRC32C" if on else "None")

    def admin(self, verb, mode, *words):
        argv = ["tgtadm", "--lld", "iscsi", "--op", verb, "--mode", mode, *words]
        environment = {**os.environ, **self.environment(), "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
        done = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=False, env=environment)
        if done.returncode:
            raise RuntimeError(f"tgtadm --op {verb} --mode {mode}: {done.stdout} {done.stderr}")


class Istgt(IscsiTarget):
    """Debian's istgt 0.4, with long bursts; its InitialR2T can only be Yes, and its units begin with LUN 0."""

    name = "istgt"
    first_lun = 0
    patience = 5.0

    def __init__(self, folder, port, units, chap=None, program=None, control_port=0):
        super().__init__(folder, port, units, chap, program)
        self._control_port = control_port

    def prepare(self):
        super().prepare()
        base, _, name = TARGET.partition(":")
        luns = "".join(f"  LUN{i} Storage {unit.path} {unit.mib}MB\n" for i, unit in enumerate(self.units))
        with open(self.path("auth.conf"), "w", encoding="utf-8"):
            pass
        with open(self.path("istgt.conf"), "w", encoding="utf-8") as file:
            file.write(f"""[Global]
  NodeBase "{base}"
  PidFile {self.path("pid")}
  AuthFile {self.path("auth.conf")}
  MediaDirectory {self.folder}
  LogFacility "local7"
  Timeout 30
  NopInInterval 20
  DiscoveryAuthMethod None
  MaxSessions 512
  MaxConnections 4
  MaxR2T 32
  MaxOutstandingR2T 16
  DefaultTime2Wait 2
  DefaultTime2Retain 60
  FirstBurstLength 1048576
  MaxBurstLength 8388608
  MaxRecvDataSegmentLength 1048576
  InitialR2T Yes
  ImmediateData Yes
  DataPDUInOrder Yes
  DataSequenceInOrder Yes
  ErrorRecoveryLevel 0
[UnitControl]
  AuthMethod None
  Portal UC1 127.0.0.1:{self._control_port}
  Netmask 127.0.0.1
[PortalGroup1]
  Portal DA1 127.0.0.1:{self.port}
[InitiatorGroup1]
  InitiatorName "ALL"
  Netmask 127.0.0.0/8
[LogicalUnit1]
  TargetName {name}
  Mapping PortalGroup1 InitiatorGroup1
  AuthMethod None
  UseDigest Auto
  UnitType Disk
  QueueDepth 64
{luns}""")

    def command(self):
        return [self.program, "-D", "-c", self.path("istgt.conf")]


KINDS = {kind.name: kind for kind in (SanAgent, Tgtd, Istgt)}
