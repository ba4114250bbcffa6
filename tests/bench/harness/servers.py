"""The servers under measurement, each behind the same face: start(), stop(), port, and what a load must know of it."""

import os
import shutil
import socket
import subprocess
import urllib.request

from harness.process import Daemon, Failed, wait_until
from support.ports import free_port


def accepts(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


class Server:
    """Listens on 127.0.0.1:port, keeps its files in `folder`."""

    fill_options = ()  # of isns_load fill
    zone_options = ()  # of scn_listeners

    def __init__(self, folder, processors):
        self.folder, self.processors = folder, processors
        self.port = free_port()
        self.daemon = None
        os.makedirs(folder, exist_ok=True)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def command(self):
        raise NotImplementedError

    def launch(self):
        """Starts it without waiting."""
        self.daemon = Daemon(self.command(), os.path.join(self.folder, "log"), self.processors)

    def start(self):
        self.launch()
        wait_until(self._serves, f"{type(self).__name__} accepts connections")
        return self

    def _serves(self):
        self.daemon.check()
        return accepts(self.port)

    def stop(self):
        if self.daemon:
            self.daemon.stop()
        self.daemon = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Sanctum(Server):
    """This project's isns-server on SQLite. With `like`, it begins with the store of a stopped one."""

    name = "sanctum"

    def __init__(self, program, folder, processors, like=None):
        super().__init__(folder, processors)
        self.program = program
        self.metrics_port = free_port()
        if like:
            for file in os.listdir(like.folder):
                if file.startswith("isns.db"):
                    shutil.copy(os.path.join(like.folder, file), folder)

    def settings(self):
        return {
            "listen.addresses": "127.0.0.1",
            "listen.port": self.port,
            "http.port": self.metrics_port,
            "api.enabled": "false",  # the name server alone
            "store.path": f"{self.folder}/isns.db",
            "registry.default_period": "7d",  # nothing expires while it is measured
            "limits.connections_per_source": 15000,  # all loads come from one address
            "limits.objects_per_source": 0,
        }

    def command(self):
        words = [word for key, value in self.settings().items() for word in ("--set", f"{key}={value}")]
        return [self.program, *words]

    def metric(self, name):
        """The value of a metric without labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=10) as page:
            for line in page.read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.split()[1])
        raise Failed(f"the server has no metric {name}")

    def mean_batch(self):
        """Changes that one commit held, on average since the start."""
        return self.metric("isns_commit_changes_sum") / self.metric("isns_commit_changes_count")


class OpenIsns(Server):
    """Debian's isnsd at sizes that it bears: it knows no sets, takes one request at a time from a connection, and its
    answer to a DDReg of many members is too long for itself."""

    name = "isnsd"
    program = "/usr/sbin/isnsd"
    fill_options = ("--no-sets", "--window", "1")
    zone_options = ("--no-sets", "--window", "1", "--lenient-domains", "--chunk", "80")

    def command(self):
        config = os.path.join(self.folder, "isnsd.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(
                f"SourceName = isns.server\nDatabase = {self.folder}/db\nPIDFile = {self.folder}/pid\n"
                f"ControlSocket = {self.folder}/control\nBindAddress = {self.address}\nSLPRegister = 0\n"
                "DefaultDiscoveryDomain = 0\nRegistrationPeriod = 0\nSecurity = 0\nSCNTimeout = 5\nSCNRetries = 3\n")
        return [self.program, "-f", "-c", config]

    @classmethod
    def available(cls):
        return os.access(cls.program, os.X_OK)


class BareEcho(Server):
    """The floor of request and answer. `answers`: payload size by function id."""

    name = "bare echo"

    def __init__(self, program, folder, processors, answers, options=()):
        super().__init__(folder, processors)
        self.program, self.answers, self.options = program, answers, options

    def command(self):
        sizes = [word for function, size in self.answers.items() for word in ("--answer", f"{function}={size}")]
        return [self.program, "--port", str(self.port), *sizes, *self.options]


class Line:
    """A program that is spoken to by lines: JSON objects or words come back.

    It stands for many other machines and shares a processor with the client whose latency is measured, so it goes behind
    that client: what is left of its influence comes through the server.
    """

    def __init__(self, argv, log, processors):
        self.daemon = Daemon(argv, log, processors, stdin=subprocess.PIPE, stdout=subprocess.PIPE, behind=True)

    def tell(self, line):
        self.daemon.child.stdin.write(line.encode() + b"\n")
        self.daemon.child.stdin.flush()

    def hear(self):
        line = self.daemon.child.stdout.readline()
        if not line:
            self.daemon.child.wait()
            self.daemon.check()
        return line.decode().strip()

    def end(self):
        """Closes its input, which ends it; what it says last."""
        self.daemon.child.stdin.close()
        last = self.daemon.child.stdout.read().decode().strip()
        self.daemon.stop()
        return last

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.stop()
