"""sanctl, this project's command line, as one identity against the server under test."""

import json
import os
import subprocess

from lib import case
from lib.process import PATIENCE, Process


class Sanctl:
    """`source` asks in every command; None: sanctl chooses."""

    def __init__(self, test, source=None, *options):
        self._options = ["--server", f"127.0.0.1:{test.server.port}", *options]
        self._environment = {**os.environ, **({"SANCTL_ISNS_SOURCE": source} if source else {})}

    def _line(self, words):
        return [case.sanctl(), "isns", *self._options, *words]

    def run(self, *words):
        """(exit code, standard output, standard error)."""
        done = subprocess.run(self._line(words), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE, env=self._environment, check=False)
        return done.returncode, done.stdout, done.stderr

    def ok(self, *words):
        code, out, err = self.run(*words)
        if code:
            raise AssertionError(f"sanctl isns {' '.join(words)} ended with {code}: {err}")
        return out

    def json(self, *words):
        return json.loads(self.ok(*words, "--output", "json"))

    def refused(self, *words):
        """The line on the standard error of a command that the server must refuse."""
        code, out, err = self.run(*words)
        if code != 4 or out:
            raise AssertionError(f"sanctl isns {' '.join(words)} ended with {code}: {out}{err}")
        return err

    def start(self, *words):
        """A command that runs on, such as watch; its output is waited for."""
        return Process(self._line(words), self._environment)

    def piped(self, *words):
        """The same, with a pipe each for its output and its errors."""
        return subprocess.Popen(self._line(words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=self._environment)
