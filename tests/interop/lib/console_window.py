"""The console with its windows, without a display: `window_probe` is told what somebody does there and says what he reads;
`san-console` itself with a login that sanctl has made.
"""

import os
import subprocess

from lib.process import PATIENCE, Process

PAGES = ("overview", "topology", "access", "zoning", "credentials", "findings", "reports", "activity")


def environment(home):
    """A home of its own, no display, no key ring and nothing of the system's in the texts."""
    return {"HOME": home, "XDG_CONFIG_HOME": f"{home}/.config", "XDG_DATA_HOME": f"{home}/.local/share",
            "XDG_RUNTIME_DIR": home, "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "qt.qpa.*=false",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:", "LC_ALL": "C.UTF-8"}


class Window:
    """One window_probe (tests/gui/window_probe.cpp has its commands)."""

    def __init__(self, test, program, home):
        self.process = Process([program], env=environment(home), fed=True)
        test.addCleanup(self.process.kill)
        self.process.expect("^done$")

    def tried(self, command, *typed):
        """What it said until it was done, and why it was not."""
        start = self.process.feed(command)
        for line in typed:
            self.process.feed(line)
        why = self.process.expect(r"^(done|failed (.*))$", start, 2 * PATIENCE).group(2)
        return self.process.lines[start:], why

    def do(self, command, *typed):
        lines, why = self.tried(command, *typed)
        if why is not None:
            raise AssertionError(f"{command}: {why}\n{self.process.output()}")
        return lines

    def texts(self):
        return [line[5:] for line in self.do("texts") if line.startswith("text ")]

    def page(self, name):
        """What can be read there."""
        self.do(f"page {name}")
        return self.texts()

    def notices(self):
        return [line for line in self.process.lines if line.startswith("notice ")]

    def faults(self):
        return [line for line in self.notices() if line.startswith(("notice fault", "notice warning"))]


def logged_in_by_sanctl(sanctl, home, address, user, password, fingerprint):
    """As `san-console --as-sanctl` finds it; the password comes by a descriptor."""
    path = os.path.join(home, f"password-of-{user}")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(password + "\n")
    done = subprocess.run([sanctl, "login", "--server", address, "--user", user, "--password-file", path,
                           "--fingerprint", fingerprint], capture_output=True, text=True, timeout=PATIENCE, check=False,
                          stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], **environment(home)})
    os.unlink(path)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
