"""The memory of a process, for tests that look for secrets in it."""

import re

LARGEST = 16 << 30  # bytes of a mapping; beyond that it is no memory of a program but the shadow that a sanitizer reserves


def memory_of(pid):
    """What a core dump would hold: all that the process has written."""
    held = bytearray()
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            begin, end, mode = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            at, size = int(begin, 16), int(end, 16) - int(begin, 16)
            if not mode.startswith("rw") or "[v" in line or size > LARGEST:
                continue
            try:
                memory.seek(at)
                held += memory.read(size)
            except (OSError, ValueError):
                continue
    return bytes(held)
