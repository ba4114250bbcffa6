"""What every bench has: where programs and files are, how long and how often to measure."""

import contextlib
import os
import shutil
import tempfile

from harness.machine import Processors
from harness.process import Failed


class Common:
    """One run of run.py over the parts of one product."""

    splits = True  # whether servers and loads have processors of their own, unless the command line says otherwise

    def __init__(self, options):
        self.bin = os.path.join(options.build, "bin")
        self.quick = options.quick
        self.rounds = options.rounds or (1 if self.quick else 5)
        self.split = options.split  # what the command line says; None: nothing
        self.processors = Processors(self.splits if self.split is None else self.split)
        self.raw = []
        self._made = 0
        os.makedirs(options.scratch, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix="run-", dir=options.scratch)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, name):
        return os.path.join(self.bin, name)

    def has(self, name):
        return os.access(self.program(name), os.X_OK)

    def require(self, *names):
        for name in names:
            if not self.has(name):
                raise Failed(f"{self.program(name)} is missing: build the target {name}")

    def note(self, what, result):
        """Keeps a result as it came."""
        self.raw.append({"what": what, **result})
        return result

    @contextlib.contextmanager
    def sharing_processors(self):
        """Here everybody gets all processors, unless the command line says otherwise."""
        before = self.processors
        self.processors = Processors(bool(self.split))
        try:
            yield
        finally:
            self.processors = before

    def new_folder(self, name):
        self._made += 1
        path = os.path.join(self.folder, f"{name}-{self._made}")
        os.makedirs(path)
        return path
