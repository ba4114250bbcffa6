"""The bench of the iSNS server: its servers, and the loads as functions."""

import json
import os

from harness.common import Common
from harness.process import Failed, run
from harness.servers import BareEcho, Line, OpenIsns, Sanctum

HEADER = 12  # bytes of a PDU before its payload
REGISTER, QUERY = 1, 2  # function ids


class Bench(Common):
    """One run of run.py over the parts of the iSNS server."""

    def __init__(self, options):
        super().__init__(options)
        self.seconds = options.seconds or (0.5 if self.quick else 3.0)
        self.connections = 64
        self.depth = 16  # requests open on a connection when pipelined
        self.small = 1_000
        self.large = options.entities or (5_000 if self.quick else 100_000)
        self.listeners = options.listeners or (300 if self.quick else 10_000)
        self.server_program = options.server or self.program("isns-server")
        self._next_base = 1_000_000
        self._templates = {}

    def fresh_hosts(self, count):
        """Numbers of hosts that nobody has used in this run."""
        base = self._next_base
        self._next_base += count
        return base

    # --- servers ---

    def sanctum(self, like=None):
        if not os.access(self.server_program, os.X_OK):
            raise Failed(f"{self.server_program} is missing: build the target isns-server")
        return Sanctum(self.server_program, self.new_folder("sanctum"), self.processors.server, like)

    def open_isns(self):
        return OpenIsns(self.new_folder("isnsd"), self.processors.server)

    def echo(self, answer_bytes, options=()):
        """Answers of this PDU size to registrations and queries."""
        self.require("bare_echo")
        payload = answer_bytes - HEADER
        options = ["--threads", str(len(self.processors.server)), *options]
        return BareEcho(self.program("bare_echo"), self.new_folder("echo"), self.processors.server,
                        {REGISTER: payload, QUERY: payload}, options)

    def zoned(self, entities):
        """A stopped server with hosts 0 to entities-1 in zones, to begin like."""
        if entities not in self._templates:
            with self.sanctum() as server:
                self.fill(server, entities)
            self._templates[entities] = server
        return self._templates[entities]

    # --- loads ---

    def load(self, server, verb, before=False, **options):
        """Runs isns_load; underscores in names become hyphens, True is a flag. `before`: see process.run()."""
        self.require("isns_load")
        argv = [self.program("isns_load"), "--server", server.address, verb]
        for name, value in options.items():
            argv.append("--" + name.replace("_", "-"))
            if value is not True:
                argv.append(str(value))
        return self._measured(server, argv, before)

    def _measured(self, server, argv, before=False):
        begun = server.daemon.cpu_seconds()
        result = json.loads(run(argv, self.processors.load, before=before))
        server.daemon.check()
        result["server_cpu_seconds"] = server.daemon.cpu_seconds() - begun
        return result

    def fill(self, server, entities):
        argv = [self.program("isns_load"), "--server", server.address, "fill", "--entities", str(entities)]
        self.require("isns_load")
        return self._measured(server, argv + list(server.fill_options))

    def listen(self, server, listeners, processes):
        """scn_listeners, when all its nodes are registered."""
        self.require("scn_listeners", "bare_fanout")
        scratch = self.new_folder("listeners")
        argv = [
            self.program("scn_listeners"), "--server", server.address, "--sender", self.program("bare_fanout"),
            "--scratch", scratch, "--listeners", str(listeners), "--processes", str(processes),
            "--sender-cpu", str(self.processors.sender), "--base", str(self.fresh_hosts(listeners + 1)),
            *server.zone_options]
        line = Line(argv, os.path.join(scratch, "log"), self.processors.load)
        line.hear()
        return line

    def disturb(self, server, habit, connections):
        self.require("disturb")
        scratch = self.new_folder(habit)
        argv = [self.program("disturb"), "--server", server.address, habit, "--connections", str(connections),
                "--entities", str(self.small)]
        line = Line(argv, os.path.join(scratch, "log"), self.processors.load)
        line.hear()
        return line

    def write_rows(self, entities, batch, step=0):
        """The bare SQLite writer: as many registrations in batches of this size, and the time at steps."""
        self.require("bare_sqlite_writer")
        argv = [self.program("bare_sqlite_writer"), "--file", os.path.join(self.new_folder("writer"), "bare.db"),
                "--entities", str(entities), "--batch", str(batch)]
        if step:
            argv += ["--curve-step", str(step)]
        return json.loads(run(argv, self.processors.server))
