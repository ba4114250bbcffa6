"""The memory of a process, for tests that look for secrets in it."""

import re


def memory_of(pid):
    """What a core dump would hold: all that the process has written."""
    held = bytearray()
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            begin, end, mode = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if not mode.startswith("rw") or "[v" in line:
                continue
            try:
                memory.seek(int(begin, 16))
                held += memory.read(int(end, 16) - int(begin, 16))
            except (OSError, ValueError):
                continue
    return bytes(held)
