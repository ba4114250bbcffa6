#!/usr/bin/env python3
"""docs/operations/tutorial.md and auditors-guide.md do what they say: each command of their console blocks runs, in one
shell, and the lines that they show are printed.

    tutorial_test.py --bin FOLDER [--show]     --show prints what each command printed

A line "$ ..." is a command ("> ..." goes on with it); the lines below must be printed in that order, as they stand but
for blanks; "..." is any text. The machine of the pages (services, host names, ports) is made of a few small programs.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "interop"))

from lib import sandbox  # noqa: E402
from lib.process import eventually  # noqa: E402

PAGES = ("tutorial.md", "auditors-guide.md")
PATIENCE = 120  # seconds, for all commands of the two pages
END = "===== end of a command:"


def commands_of(page):
    """[(line number, command, [expected lines])]."""
    with open(os.path.join(ROOT, "docs", "operations", page), encoding="utf-8") as file:
        lines = file.read().splitlines()
    found, inside = [], False
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            found.append((f"{page}:{number}", [line[2:]], []))
        elif inside and line.startswith("> "):
            found[-1][1].append(line[2:])
        elif inside:
            found[-1][2].append(line)
    return [(where, "\n".join(command), expected) for where, command, expected in found]


def pattern_of(line):
    """Blanks stand for one or more, "..." for anything."""
    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in line.split("...")]
    return re.compile(r".*".join(r"\s*" + part + r"\s*" for part in parts))


def missing(expected, printed):
    """The first line that was not printed behind the one before it; None where all were."""
    rest = iter(printed)
    for line in expected:
        pattern = pattern_of(line)
        if line.strip() and not any(pattern.fullmatch(one) for one in rest):
            return line
    return None


class Machine:
    """A server, and a folder with the programs that the pages name."""

    def __init__(self, folder, programs):
        self.folder, self.programs = folder, programs
        self.log, self.home, self.shims = (os.path.join(folder, name) for name in ("log", "home", "shims"))
        os.mkdir(self.home)
        os.mkdir(self.shims)
        self.server = subprocess.Popen(
            [os.path.join(programs, "isns-server"), "--config", "/dev/null",
             *(word for setting in ("listen.addresses=127.0.0.1", "listen.port=0", "http.enabled=false", "api.port=0",
                                    f"store.path={folder}/registry.db", f"api.socket={folder}/management.sock",
                                    f"api.key_folder={folder}/keys")
               for word in ("--set", setting))],
            stdin=subprocess.DEVNULL, stderr=open(self.log, "wb"))
        self.isns = self.logged(r"event=started .*addresses=127\.0\.0\.1:(\d+)")
        self.shim("sanctl", f'case " $* " in " init "*) set -- "$@" --socket {folder}/management.sock ;; esac\n'
                            f'exec {programs}/sanctl "$@"')
        self.shim("journalctl", f"cat {self.log}")
        self.shim("small_agent.py", f'exec {sys.executable} {ROOT}/tests/demo/small_agent.py "$@"')

    def shim(self, name, text):
        path = os.path.join(self.shims, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{text}\n")
        os.chmod(path, 0o755)

    def logged(self, pattern):
        def found():
            with open(self.log, encoding="utf-8") as file:
                return re.search(pattern, file.read())
        return eventually(found, f"the server logs {pattern}", PATIENCE).group(1)

    def here(self, command):
        """The command with the places of this machine. The port of the API is known once the server has its keys."""
        command = command.replace("SANCTL_ISNS_SERVER=san.example.com", f"SANCTL_ISNS_SERVER=127.0.0.1:{self.isns}")
        command = command.replace("--server san.example.com", '--server "$API"')
        return command.replace("--port 3285", '--port "${API##*:}"')

    def run(self, commands):
        """What each command printed and how it ended, in order; fewer where the shell ended."""
        script = ["set +m", "cd " + self.home]
        for _, command, _ in commands:
            script += [self.here(command), f'echo "{END}$?"',
                       f"""API=$(sed -n 's/.*event=api-serving address=\\([^ ]*\\).*/\\1/p' {self.log})"""]
        script.append("kill $(jobs -p) 2>/dev/null")
        done = subprocess.run(["bash"], input="\n".join(script) + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=PATIENCE, check=False,
                              env={"HOME": self.home, "PATH": f"{self.shims}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8",
                                   "XDG_CONFIG_HOME": os.path.join(self.home, "config")})
        pieces = re.split(re.escape(END) + r"(\d+)\n", done.stdout)
        return list(zip(pieces[0::2], map(int, pieces[1::2])))

    def stop(self):
        self.server.terminate()
        self.server.wait(PATIENCE)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    sandbox.need("openssl")
    commands = [command for page in PAGES for command in commands_of(page)]
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(folder, os.path.abspath(chosen.bin))
        try:
            results = machine.run(commands)
        finally:
            machine.stop()
    wrong = 0
    for (where, command, expected), (printed, status) in zip(commands, results):
        if chosen.show:
            print(f"{where}: $ {command}\n{printed}", end="")
        lost = missing(expected, printed.splitlines())
        if status or lost is not None:
            wrong += 1
            print(f"{where}: $ {command}\n{printed}ended with {status}; not printed: {lost}\n")
    if wrong or len(results) != len(commands):
        sys.exit(f"{wrong} of {len(commands)} commands did not do what the pages say; {len(results)} were run")
    print(f"{len(commands)} commands")


main()
