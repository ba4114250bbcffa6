"""The server under test, behind one face: start() returns when it serves, stop() ends it by pid.

Two adapters: `sanctum` (this project's isns-server) and `open-isns` (Debian's isnsd, the reference for the harness).
"""

import dataclasses
import os
import shutil
import subprocess

from lib.process import NotifySocket, Process, run
from support.ports import free_port

CONTROL = "iqn.2024-01.org.example:control"
SIGNER = "iqn.2024-01.org.example:signer"
OTHER_SIGNER = "iqn.2024-01.org.example:signer2"  # with the same key


@dataclasses.dataclass
class Policy:
    """What a test may ask of a server, in words that both adapters can translate."""

    default_domain: bool = False  # nodes in no domain see each other
    period: int = 600  # seconds; what the server gives as registration period
    esi_interval: int = 2  # seconds; the shortest that it grants
    esi_default: int = 300  # seconds; of portals that say a port and no interval
    esi: bool = True  # entity status inquiries are on
    relaxed_names: bool = False  # node names need not be iSCSI names
    signed: bool = False  # only messages signed with the DSA keys of make_keys() are taken


class OpenIsns:
    """Debian's isnsd. Without keys it takes everybody for a control node; it knows no domain sets."""

    name = "open-isns"
    needs = ("isnsd",)
    control_options = ("--local",)

    def __init__(self, folder, policy, _program):
        self.folder, self.policy = folder, policy
        self.port = free_port()
        self.process = None

    def _config(self):
        where = self.folder
        lines = [
            "SourceName = isns.server", f"Database = {where}/isnsd.db", f"PIDFile = {where}/isnsd.pid",
            f"ControlSocket = {where}/isnsd.control", f"BindAddress = 127.0.0.1:{self.port}", "SLPRegister = 0",
            f"DefaultDiscoveryDomain = {int(self.policy.default_domain)}",
            f"RegistrationPeriod = {self.policy.period}s", f"ESIMinInterval = {self.policy.esi_interval}s",
            "ESIMaxInterval = 60s",
            f"ESIRetries = {3 if self.policy.esi else 0}", "SCNTimeout = 5", "SCNRetries = 3",
            f"Security = {int(self.policy.signed)}",
        ]
        if self.policy.signed:
            lines += [f"AuthKeyFile = {where}/keys/server.key", "ClientKeyStore = DB:"]
        return "\n".join(lines) + "\n"

    def start(self):
        if self.policy.signed:
            make_keys(self.folder)
        os.makedirs(f"{self.folder}/isnsd.db", exist_ok=True)
        config = f"{self.folder}/isnsd.conf"
        with open(config, "w", encoding="utf-8") as file:
            file.write(self._config())
        killed = self.process is not None and self.process.killed
        self.process = Process(["isnsd", "-f", "-c", config, "-d", "socket"])
        try:
            self.process.expect(r"poll\(")  # its sockets are open when it first waits for them
        except AssertionError:
            if not killed or "Unable to open database" not in self.process.output():
                raise
            # It writes its files in place, and does not start with one that a kill has cut short.
            self.process.kill()
            shutil.rmtree(f"{self.folder}/isnsd.db")
            return self.start()
        if self.policy.signed:
            self._enroll()

    def _enroll(self):
        """Its file of keys gives nobody a right; a policy in its database does."""
        config = f"{self.folder}/enroll.conf"
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"SourceName = isns.control\nControlSocket = {self.folder}/isnsd.control\nSecurity = 0\n")
        for name, kind in ((SIGNER, "initiator"), (OTHER_SIGNER, "target")):
            status, output = run(["isnsadm", "-c", config, "--local", "--enroll", name, f"node-name={name}",
                                  f"node-type={kind}", f"key={self.folder}/keys/{name}"])
            if status:
                raise AssertionError(f"isnsadm --enroll: {output}")

    def stop(self):
        self.process.stop()


class Sanctum:
    """isns-server of this project; `--program` says which one."""

    name = "sanctum"
    needs = ()
    control_options = ()

    def __init__(self, folder, policy, program):
        self.folder, self.policy, self.program = folder, policy, program
        self.port = free_port()
        self.process = None
        self.more = {}  # settings that only this server has, by key; they win
        self.env = {}

    def _config(self):
        def toml(value):
            if isinstance(value, list):
                return "[" + ", ".join(toml(one) for one in value) + "]"
            return str(value).lower() if isinstance(value, (bool, int)) else f'"{value}"'

        policy = self.policy
        settings = {
            "listen.addresses": ["127.0.0.1"], "listen.port": self.port, "http.port": 0, "api.port": 0, "api.socket": f"{self.folder}/management.sock",
            "api.connections_per_source": 5000,  # one address stands for many here
            "api.key_folder": f"{self.folder}/server-keys", "store.path": f"{self.folder}/registry.db", "log.format": "json",
            "registry.default_domain": policy.default_domain, "registry.min_period": 1,
            "registry.default_period": policy.period,
            "registry.relaxed_names": policy.relaxed_names, "esi.enabled": policy.esi,
            "esi.min_interval": policy.esi_interval, "esi.default_interval": policy.esi_default,
        }
        if policy.signed:
            settings |= {"security.authentication": "require", "security.key_folder": f"{self.folder}/keys"}
        settings |= self.more
        lines = [f"{key} = {toml(value)}" for key, value in settings.items()]
        return "\n".join(lines + ["", "[[control_node]]", f'name = "{CONTROL}"', ""])

    def configure(self):
        """The file that start() will read, for commands of the program that need it too; its path."""
        config = f"{self.folder}/isns-server.toml"
        with open(config, "w", encoding="utf-8") as file:
            file.write(self._config())
        return config

    def start(self):
        if self.policy.signed:
            make_keys(self.folder)
        config = self.configure()
        notify = NotifySocket(f"{self.folder}/notify")
        self.process = Process([self.program, "--config", config], notify.env() | self.env)
        try:
            notify.wait(self.process)
        finally:
            notify.close()

    def stop(self):
        status = self.process.stop()
        if status != 0:
            raise AssertionError(f"isns-server ended with status {status}:\n{self.process.output()}")


ADAPTERS = {adapter.name: adapter for adapter in (Sanctum, OpenIsns)}


def make_keys(folder):
    """DSA keys as open-isns wants them: keys/server.key, server.pub, client.key, keys/SIGNER with its public part, also as OTHER_SIGNER; and a
    stranger's key that no server knows. Those that are there already stay."""
    if os.path.exists(f"{folder}/stranger.key"):
        return

    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True)

    openssl("dsaparam", "-out", f"{folder}/dsa.params", "1024")
    os.makedirs(f"{folder}/keys", exist_ok=True)
    for private, public in (("keys/server.key", "server.pub"), ("client.key", f"keys/{SIGNER}"), ("stranger.key", "stranger.pub")):
        openssl("gendsa", "-out", f"{folder}/{private}", f"{folder}/dsa.params")
        openssl("dsa", "-in", f"{folder}/{private}", "-pubout", "-out", f"{folder}/{public}")
    shutil.copy(f"{folder}/keys/{SIGNER}", f"{folder}/keys/{OTHER_SIGNER}")
