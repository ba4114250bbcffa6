"""A maintainer script of a package, or another one that installs, run so that it touches nothing of this machine: the programs
that it calls are stand-ins that do nothing, unless a test says what, and the places that it names are folders of the test."""

import os

from daemon import run

CALLED = ("getent", "adduser", "install", "deb-systemd-helper", "deb-systemd-invoke", "dpkg-query", "systemctl")
LINKS = "/etc/systemd/system"  # of units that are enabled
PROGRAMS = "/usr/bin/"  # those of the package; a script that looks for one finds it if there is a stand-in for it


class MaintainerScript:
    def __init__(self, folder, text, places, shell="sh"):
        """`places`: where in the test each place of a machine is; the longer of two that begin alike stands first."""
        self.shell = shell
        self.tools = os.path.join(folder, "tools")
        os.makedirs(self.tools, exist_ok=True)
        for name in CALLED:
            self.stand_in(name, "exit 0")
        self.links = os.path.join(folder, "links")
        for there, here in {PROGRAMS: self.tools + "/", LINKS: self.links, **places}.items():
            text = text.replace(there, here)
        self.path = os.path.join(folder, "maintainer-script")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)

    def stand_in(self, name, does):
        path = os.path.join(self.tools, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{does}\n")
        os.chmod(path, 0o755)

    def run(self, *words, **variables):
        """How it ended, and what it said. Of the environment of the test it gets nothing but where programs are."""
        own = {**variables, "PATH": f"{self.tools}:{os.environ['PATH']}"}
        return run(["env", "--ignore-environment", *(f"{name}={value}" for name, value in own.items()), self.shell, self.path, *words])
