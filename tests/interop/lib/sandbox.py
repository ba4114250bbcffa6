"""A place of its own for a test program: network, mounts and processes that nothing outside sees.

Stock tools have fixed paths (/etc/iscsi, /run) and abstract sockets, so they need namespaces; these also make sure
that nothing is left behind when a test is killed. Made by unshare(1): by root at once, by others through a user
namespace where the kernel allows it.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
MARK = "SANCTUM_TEST_SANDBOX"
HIDDEN = ("/run", "/etc/iscsi", "/var/lib/iscsi", "/var/lib/isns")
FOLDER = "/run/sanctum-test"


def enter():
    """Runs this program again inside; returns only there. Ends the program as skipped where that is not allowed."""
    if os.environ.get(MARK):
        _furnish()
        return
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    probe = subprocess.run(command + ["true"], capture_output=True, text=True, check=False)
    if probe.returncode:
        skip("needs root or unprivileged user namespaces: " + probe.stderr.strip())
    os.environ[MARK] = "1"
    os.execvp(command[0], command + [sys.executable] + sys.argv)


def plain():
    """For what must reach a target outside: no place of its own but a folder, which goes with the program."""
    global FOLDER
    FOLDER = tempfile.mkdtemp(prefix="sanctum-test-")
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


def need(*programs):
    """Ends the test program as skipped if a stock tool is not installed."""
    for program in programs:
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            skip(program + " is not installed (./sanctum test installs it)")


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def _furnish():
    for folder in HIDDEN:
        if os.path.isdir(folder):
            subprocess.run(["mount", "-t", "tmpfs", "none", folder], check=True)
    os.makedirs("/run/lock")
    os.makedirs(FOLDER)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # Resolvers ignore address families that only have loopback addresses.
    for address in ("192.0.2.1/24", "2001:db8::1/64"):
        subprocess.run(["ip", "address", "add", address, "dev", "lo"], check=True)
