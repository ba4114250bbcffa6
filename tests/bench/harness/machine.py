"""What machine this is, and which processors servers and loads get."""

import os
import platform


def facts():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as info:
        memory = int(info.readline().split()[1]) // (1024 * 1024)
    return {"processors": os.cpu_count(), "model": model, "memory_gib": memory, "kernel": platform.release()}


class Processors:
    """A server and its floor get the same processors, the loads the others. `split` False: everybody gets all."""

    def __init__(self, split):
        everything = sorted(os.sched_getaffinity(0))
        half = len(everything) // 2
        apart = split and half > 0
        self.server = set(everything[:half]) if apart else set(everything)
        self.load = set(everything[half:]) if apart else set(everything)

    @property
    def sender(self):
        """The one for a single-threaded floor that a load program starts itself; -1: any."""
        return min(self.server) if self.server != self.load else -1
