"""Pages that name tests. Each name must be that of a test, so that a page cannot outlive what it promises.

A page names Python tests as file_test::Class.test_name (each part but the last may be missing), C++ tests as
Suite.Name, transcripts of tests/scenario as name.txt, and folders or files by their path from the root.
"""

import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESTS = os.path.join(ROOT, "tests")

PYTHON = re.compile(r"\b(?:(\w+_test)::)?(?:([A-Z]\w+)\.)?(test_\w+)|\b(\w+_test)(?:::([A-Z]\w+))?(?!\.py)\b")
CPP = re.compile(r"\b([A-Z]\w+)\.(?!test_|(?:test|md|py|txt)\b)([A-Za-z]\w+)\b")
TRANSCRIPT = re.compile(r"(?<![/\w])(\w+)\.txt\b")
PATH = re.compile(r"\b(?:tests|shared|isns-server|docs)/[\w./-]*\w")
CPP_TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", re.MULTILINE)


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def files(folder, suffix):
    for where, _, names in os.walk(folder):
        for name in sorted(names):
            if name.endswith(suffix):
                yield os.path.join(where, name)


class Tests:
    """The tests of the tree, or of the Python files of one folder for short names."""

    def __init__(self, python_folder=TESTS):
        self.python = {os.path.basename(path)[:-3]: text_of(path) for path in files(python_folder, "_test.py")}
        self.cpp = {pair for path in files(TESTS, ".cpp") for pair in CPP_TEST.findall(text_of(path))}
        cases = os.path.join(TESTS, "scenario", "cases")
        self.transcripts = {os.path.basename(path)[:-4]: text_of(path) for path in files(cases, ".txt")}

    @staticmethod
    def names_any(line):
        return any(pattern.search(line) for pattern in (PATH, TRANSCRIPT, CPP, PYTHON))

    def missing_in(self, line):
        """What a line names and what is not there."""
        for path in PATH.findall(line):
            if not os.path.exists(os.path.join(ROOT, path)):
                yield path
        line = PATH.sub("", line)
        for name in TRANSCRIPT.findall(line):
            if name not in self.transcripts:
                yield name + ".txt"
        for suite, name in CPP.findall(line):
            if (suite, name) not in self.cpp:
                yield f"{suite}.{name}"
        for file, cls, test, bare_file, bare_cls in PYTHON.findall(line):
            places = [file or bare_file] if file or bare_file else list(self.python)
            wanted = [f"class {c}(" for c in (cls, bare_cls) if c] + ([f"def {test}("] if test else [])
            if not any(place in self.python and all(w in self.python[place] for w in wanted) for place in places):
                yield "::".join(part for part in (file or bare_file, cls or bare_cls, test) if part)


def rows(page):
    """(line number, cells) of each row of the tables of a page, without heads and rules."""
    lines = text_of(page).splitlines()
    for number, line in enumerate(lines, 1):
        if not line.startswith("|") or line.startswith("|---"):
            continue
        if number < len(lines) and lines[number].startswith("|---"):
            continue  # a head
        yield number, [cell.strip() for cell in line.strip("|").split("|")]
