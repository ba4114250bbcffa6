"""The machines of the demo, each a folder with its processes: a name server, storage servers, hosts. All of them listen on
loopback; the folder lies under the system's folder for temporary files.

Every process is a child of this one and is stopped by its pid. What helpers made (disk processes, FUSE mounts, loop
devices) is found again in their folders, so that close() leaves nothing, whatever happened before.
"""

import ctypes
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

from support.ports import free_port

NAMES = "iqn.2026-01.example"
PATIENCE = 20.0  # seconds that anything may take before it counts as never happening
MNT_DETACH = 2
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Broken(Exception):
    """What did not come true, as a sentence."""


def eventually(condition, what, patience=PATIENCE):
    """The first true answer; asks every 20 ms. `what` is a sentence, or a function that gives it."""
    end = time.monotonic() + patience
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > end:
            raise Broken(f"{what() if callable(what) else what}, for {patience:.0f} s")
        time.sleep(0.02)


def _dies_with_us():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """A daemon that logs to a file. In a session of its own, so that Ctrl+C at the terminal is for the demo alone."""

    def __init__(self, argv, log, folder, environment=None):
        self.name, self.log = os.path.basename(argv[0]), log
        with open(log, "ab") as file:
            self._child = subprocess.Popen(argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                           env=environment, start_new_session=True, preexec_fn=_dies_with_us)

    def logged(self, pattern):
        """Of its last line with the pattern, the match."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            found = list(re.finditer(pattern, file.read()))
        return found[-1] if found else None

    def until(self, pattern):
        def look():
            if self._child.poll() is not None:
                raise Broken(f"{self.name} has ended with status {self._child.returncode}: {self.last_words()}")
            return self.logged(pattern)
        return eventually(look, lambda: f"{self.name} does not say {pattern!r}: {self.last_words()}")

    def last_words(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return " | ".join(file.read().splitlines()[-3:])

    def running(self):
        return self._child.poll() is None

    def tell_to_end(self):
        if self.running():
            self._child.terminate()

    def end(self, patience=PATIENCE):
        try:
            self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


class NameServer:
    """isns-server with its management API; the system gives the ports."""

    def __init__(self, stage):
        self.folder = stage.machine("server")
        settings = {"listen.addresses": "127.0.0.1", "listen.port": 0, "http.enabled": "false", "api.port": 0,
                    "store.path": f"{self.folder}/registry.db", "api.socket": f"{self.folder}/management.sock",
                    "api.key_folder": f"{self.folder}/keys", "api.connections_per_source": 5000}
        words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        self.process = stage.start(["isns-server", "--config", "/dev/null", *words], f"{self.folder}/log")
        self.isns = self.process.until(r"event=started .*addresses=(127\.0\.0\.1:\d+)").group(1)

    def api(self):
        """Where its management API is, once it has an administrator."""
        return self.process.until(r"event=api-serving address=(\S+)")[1]


class Agent:
    """A machine with san-agent. `name` is also its entity and the last part of its iSCSI name."""

    records = ""

    def __init__(self, stage, name, server):
        self.stage, self.name, self.server = stage, name, server
        self.folder = stage.machine(name)
        self.socket = f"{name}/agent.sock"  # from the folder of the demo
        self.iqn = f"{NAMES}:{name}"
        self.process = None

    def configuration(self):
        """Keys before records, as TOML has it."""
        return (f'[state]\nfolder = "{self.folder}/state"\n[control]\nsocket = "{self.folder}/agent.sock"\n'
                f'[http]\nenabled = false\n[isns]\nservers = ["{self.server.isns}"]\nentity = "{self.name}"\n'
                f'[initiator]\nname = "{self.iqn}"\n')

    def start(self):
        with open(f"{self.folder}/agent.toml", "w", encoding="utf-8") as file:
            file.write(self.configuration())
        self.process = self.stage.start(["san-agent", "--config", f"{self.folder}/agent.toml"], f"{self.folder}/log")
        return self

    def ready(self):
        self.process.until("event=started")
        self.process.until("event=registered ")
        return self

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(f"{self.folder}/agent.sock")
            connection.sendall(json.dumps({"v": 1, "id": 1, "command": command}).encode() + b"\n")
            answer = json.loads(connection.makefile().readline())
        if not answer["ok"]:
            raise Broken(f"the agent of {self.name} does not answer {command}: {answer}")
        return answer["result"]


class Storage(Agent):
    """A storage server: one target, whose logical units are files. `units` gives (name, MiB, designator)."""

    def __init__(self, stage, name, server, target, units):
        super().__init__(stage, name, server)
        self.target, self.units = f"{NAMES}:{target}", units
        self.port = free_port()
        self.iqn = self.target

    def configuration(self):
        text = super().configuration().replace(f'[initiator]\nname = "{self.iqn}"\n', "")
        text += f'[[portal]]\naddress = "127.0.0.1:{self.port}"\n[[target]]\nname = "{self.target}"\n'
        for name, mib, designator in self.units:
            path = f"{self.folder}/{name}.img"
            with open(path, "ab") as file:
                file.truncate(mib << 20)
            text += f'[[unit]]\nid = "{name}"\nstore = "file:{path},thin"\nnaa = "{designator}"\n'
        return text


class Host(Agent):
    """A host; with its helper, units become its disks, without one it logs in and looks."""

    def __init__(self, stage, name, server, helper=True):
        super().__init__(stage, name, server)
        self.attach = f"{self.folder}/a"  # short: paths of sockets have 107 bytes at most
        self.helper = None
        self._has_helper = helper

    def configuration(self):
        return (super().configuration() + f'[host]\nenabled = true\nhelper = "{self.attach}/attach.sock"\n'
                # The first probe comes at a time of its own, and would be told in the proof or not.
                'probe_every = "0s"\n'
                f'[[portal]]\naddress = "127.0.0.1:{free_port()}"\n')

    def start(self):
        if self._has_helper:
            words = ["san-agent", "attach", "--folder", self.attach, "--names", f"{self.folder}/by-target"]
            words += ["--user", "root"] if os.geteuid() == 0 else []
            self.helper = self.stage.start(words, f"{self.folder}/helper.log")
        return super().start()

    def ready(self):
        if self.helper:
            self.helper.until("event=attach-ready")
        return super().ready()

    def disks(self):
        return self.ask("disks")["disks"]

    def attached(self):
        return [disk for disk in self.disks() if disk["state"] == "attached" and not disk["withdrawn"]]

    def free_disks(self):
        """Takes away what stands on its disks, and the block devices."""
        for device in _read_all(f"{self.attach}/devices", "device"):
            if device.startswith("/dev/"):
                for _, place in [mount for mount in _mounts() if mount[0] == device]:
                    _unmount(place)
                _quiet("losetup", "--detach", device)

    def end_disks(self):
        """When agent and helper have ended, who would make them anew."""
        for disk in _names(f"{self.attach}/disks"):
            if pid := _serving(f"{self.attach}/disks/{disk}/control"):
                os.kill(pid, signal.SIGKILL)


def _names(folder):
    return os.listdir(folder) if os.path.isdir(folder) else []


def _read_all(folder, name):
    for one in _names(folder):
        try:
            with open(f"{folder}/{one}/{name}", encoding="utf-8") as file:
                yield file.read().strip()
        except OSError:
            pass


def _mounts():
    with open("/proc/self/mounts", encoding="utf-8") as file:
        return [tuple(line.split()[:2]) for line in file]


def _quiet(*words):
    try:
        return subprocess.run(words, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _unmount(place):
    if not _quiet("umount", place):
        _libc.umount2(place.encode(), MNT_DETACH)


def _serving(path):
    """The pid of the process that serves a unix socket; None where nobody does."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path)
        except OSError:
            return None
        return struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


class Stage:
    """The folder, and all that runs in it. `programs` is the folder of the suite's programs."""

    def __init__(self, programs):
        self.programs = programs
        self.children, self.hosts, self.windows = [], [], []
        where = tempfile.gettempdir()
        self.folder = tempfile.mkdtemp(prefix="sanctum-demo-", dir=where if len(where) < 30 else "/tmp")
        os.mkdir(f"{self.folder}/home", 0o700)
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "XDG_CONFIG_HOME": f"{self.folder}/home",
                            "QT_LOGGING_RULES": "qt.qpa.*=false"}
        self.environment.setdefault("XDG_RUNTIME_DIR", f"{self.folder}/home")

    def machine(self, name):
        os.mkdir(f"{self.folder}/{name}")
        return f"{self.folder}/{name}"

    def start(self, words, log):
        child = Child([f"{self.programs}/{words[0]}", *words[1:]], log, self.folder)
        self.children.append(child)
        return child

    def window(self, *words):
        """Somebody may close it at any time."""
        self.windows.append(Child([f"{self.programs}/{words[0]}", *words[1:]], f"{self.folder}/{words[0]}.log", self.folder,
                                  self.environment))

    def host(self, *words, **more):
        made = Host(self, *words, **more)
        self.hosts.append(made)
        return made

    def close(self):
        """What of it is there. Hosts first, while their targets still answer."""
        agents = [child for host in self.hosts for child in (host.process, host.helper) if child]
        others = [child for child in self.children if child not in agents]
        for child in self.windows:
            child.tell_to_end()
            child.end()
        for host in self.hosts:
            host.free_disks()
        for child in agents:
            child.tell_to_end()
        for child in agents:
            child.end()
        for host in self.hosts:
            host.free_disks()
            host.end_disks()
        for child in others:
            child.tell_to_end()
        for child in others:
            child.end()
        for _, place in reversed(_mounts()):
            if place.startswith(self.folder + "/"):
                _unmount(place)
        shutil.rmtree(self.folder, ignore_errors=True)
