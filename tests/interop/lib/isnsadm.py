"""isnsadm(8) of open-isns against a server over TCP."""

import os
import re

from lib.process import run
from lib.servers import CONTROL, SIGNER

REFUSED = re.compile(r"^(Warning|Error|\*\* FATAL)", re.MULTILINE)
OBJECT = re.compile(r"^(?:object\[\d+\] = <(?P<type>.*)>|Object \d+:)$")
ATTRIBUTE = re.compile(r"^  ([0-9a-f]{4})  \w+ *: [^=]+ = (.*)$")


class Isnsadm:
    """isnsadm under one identity (SourceName).

    Over TCP a control node is simply a client with that name. isnsadm's own `--control` exists only with DSA keys, and
    `--local` speaks to isnsd's Unix socket; the adapter says what its server needs (control_options).
    """

    def __init__(self, test, source, security="Security = 0\n", options=()):
        self._options = list(options)
        self._config = os.path.join(test.folder, f"isnsadm-{source.replace(':', '-')}.conf")
        with open(self._config, "w", encoding="utf-8") as file:
            file.write(f"SourceName = {source}\nServerAddress = 127.0.0.1:{test.server.port}\n")
            file.write(f"ControlSocket = {test.server.folder}/isnsd.control\n{security}")

    @classmethod
    def control(cls, test):
        return cls(test, CONTROL, options=test.server.control_options)

    def run(self, *words):
        """(worked, output). The exit status is no use: isnsadm ends with 0 when the server refuses a registration."""
        status, output = run(["isnsadm", "-c", self._config, *self._options, *words])
        return status == 0 and not REFUSED.search(output), output

    def ok(self, *words):
        worked, output = self.run(*words)
        if not worked:
            raise AssertionError(f"isnsadm {' '.join(words)} failed:\n{output}")
        return output

    def register(self, *objects, key="", replace=False):
        options = (["--key", key] if key else []) + (["--replace"] if replace else [])
        return self.ok(*options, "--register", *objects)

    def query(self, *attributes):
        return objects_in(self.ok("--query", *attributes))

    def list(self, kind, *attributes):
        return objects_in(self.ok("--list", kind, *attributes))

    def deregister(self, *attributes):
        return self.ok("--deregister", *attributes)


def signing(test, key, name=SIGNER):
    """What a signer's configuration says of security, with one of the keys of make_keys()."""
    return (f"AuthName = {name}\nAuthKeyFile = {test.folder}/{key}\nServerKeyFile = {test.folder}/server.pub\n"
            "Security = 1\nNetwork.CallTimeout = 2\n")


def objects_in(output):
    """The objects that isnsadm printed, each as {tag: text without quotes}."""
    found = []
    for line in output.splitlines():
        if OBJECT.match(line):
            found.append({})
        elif (attribute := ATTRIBUTE.match(line)) and found:
            found[-1][int(attribute.group(1), 16)] = attribute.group(2).strip('"')
    return found


def having(objects, tag):
    """The values of this tag in the objects that have it as their key or otherwise, sorted."""
    return sorted(o[tag] for o in objects if tag in o)
