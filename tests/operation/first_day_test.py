#!/usr/bin/env python3
"""docs/operations/troubleshooting.md, "The first day goes wrong": each row comes about here, and what it shows is what the
programs and the scripts of the packages print.

What a row shows stands in backticks; "..." is any text. Paths and ports of the test are written as the usual ones.
"""

import ctypes
import os
import platform
import re
import socket
import sqlite3
import struct
import subprocess
import unittest

import daemon
from daemon import ROOT, Process, free_port, program, run
from maintainer_script import MaintainerScript

AS_ROOT = unittest.skipUnless(os.geteuid() == 0, "needs root")
EAFNOSUPPORT, AF_INET6 = 97, 10
SOCKET_CALL = {"x86_64": 41, "aarch64": 198}.get(platform.machine())
NAME = "iqn.2024-01.org.example:db1"


def text_of(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def table():
    """{what: what is shown of it}."""
    page = text_of("docs", "operations", "troubleshooting.md")
    section = page[page.index("## The first day goes wrong"):]
    lines = section[:section.index("\n## ")].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")][1:]
    return {what: re.findall(r"`([^`]+)`", seen) for what, seen, _ in rows}


ROWS = table()


def row(what):
    def mark(test):
        test.row = what
        return test
    return mark


class NoIpv6:
    """For a child: sockets of IPv6 are refused, as by a kernel without it."""

    def __init__(self):
        # Load the number of the call; if it is socket(), load its first argument; if that is IPv6, EAFNOSUPPORT.
        steps = [(0x20, 0, 0, 0), (0x15, 0, 3, SOCKET_CALL), (0x20, 0, 0, 16), (0x15, 0, 1, AF_INET6),
                 (0x06, 0, 0, 0x00050000 | EAFNOSUPPORT), (0x06, 0, 0, 0x7FFF0000)]
        self.program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
        self.filter = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(self.program)))
        self.libc = ctypes.CDLL(None, use_errno=True)

    def __call__(self):
        no_new_privileges, seccomp, of_a_filter = 38, 22, 2
        self.libc.prctl(no_new_privileges, 1, 0, 0, 0)
        if self.libc.prctl(seccomp, of_a_filter, self.filter, 0, 0):
            os._exit(125)


class FirstDay(daemon.OperationTest):
    def setUp(self):
        super().setUp()
        self.server = daemon.Daemon(self.folder)

    def usual(self, said):
        """What was said, with the places of a machine."""
        for here, there in (("isns-server.toml", "/etc/sanctum/isns-server.toml"), ("agent.toml", "/etc/sanctum/agent.toml"),
                            ("state", "/var/lib/sanctum/agent"), ("agent.sock", "/run/sanctum/agent.sock"),
                            ("management.sock", "/run/sanctum/management.sock"), ("registry.db", "/var/lib/sanctum/registry.db"),
                            ("", "/srv/")):
            said = said.replace(f"{self.folder}/{here}", there)
        return said

    def sees(self, said, *more):
        """All that the row of this test shows is in what was said."""
        what = getattr(self, self._testMethodName).row
        lines = self.usual("\n".join((said, *more))).splitlines()
        for quote in ROWS[what]:
            pattern = re.compile(".*".join(re.escape(part) for part in quote.split("...")))
            self.assertTrue(any(pattern.search(line) for line in lines), f"{what}: not shown: {quote}\nin:\n" + "\n".join(lines))

    def server_says(self, *words):
        status, said = self.fails(self.server, *words)
        self.assertNotEqual(status, 0)
        return said

    def with_configuration(self, text):
        with open(self.server.config, "w", encoding="utf-8") as file:
            file.write(text)
        return self.server_says()

    # --- the agent

    def agent_argv(self, name="", settings=""):
        folder = self.folder + name
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/agent.toml", "w", encoding="utf-8") as file:
            file.write(f'[state]\nfolder = "{folder}/state"\n[control]\nsocket = "{folder}/agent.sock"\n[http]\nenabled = false\n'
                       + (settings or '[[portal]]\naddress = "127.0.0.1:0"\n'))
        return [program("san-agent"), "--config", f"{folder}/agent.toml"]

    def agent(self, argv, **more):
        process = Process(argv, **more)
        self.addCleanup(process.kill)
        process.expect("AGENT-1001")
        return process

    # --- scripts of the packages

    def script(self, name, package, program_name):
        """A maintainer script of a package as it would be, with the folders of this test and its program."""
        text = text_of("shared", "packaging", f"{name}.in")
        units = " ".join(f"{program_name}.{kind}" for kind in ("socket", "service"))
        for key, value in {"PACKAGE": package, "PROGRAM": program_name, "STATE": f"{self.folder}/lib", "ENABLED": units, "UNITS": units,
                           "DATA": f"{self.folder}/registry.db", "SANCTUM_PACKAGE_VERSION": "1.0.0"}.items():
            text = text.replace(f"@{key}@", value)
        made = MaintainerScript(self.folder, text, {"/var/lib/sanctum": f"{self.folder}/lib", "/run/systemd/system": f"{self.folder}/systemd"})
        made.stand_in("isns-server", f'exec {program("isns-server")} --config {self.server.config} "$@"')
        return made


class Configuration(FirstDay):
    @row("a mistake in the configuration")
    def test_a_mistake_is_named_with_its_line_and_what_was_meant(self):
        self.sees(self.with_configuration("[listen]\nprot = 3205\n"))

    @row("the configuration of a newer version")
    def test_a_key_of_a_newer_version_is_unknown(self):
        self.sees(self.with_configuration("[warp]\nspeed = 9\n"))

    @row("the configuration of another program")
    def test_a_file_of_another_program_is_told_what_it_should_be(self):
        for text in ("SourceName = iqn.2001-04.com.example:isns\n", "<target iqn.2001-04.com.example:x>\n</target>\n",
                     "include /etc/tgt/conf.d/*.conf\n", "[DEFAULT]\nlevel: 7\n"):
            with self.subTest(text):
                self.sees(self.with_configuration(text))

    @row("an upgrade meets a configuration that the new version does not take")
    def test_the_package_says_so_and_ends_well(self):
        script = self.script("postinst", "sanctum-server", "isns-server")
        os.mkdir(f"{self.folder}/systemd")
        with open(self.server.config, "a", encoding="utf-8") as file:
            file.write("[warp]\nspeed = 9\n")
        status, said = script.run("configure", "0.9.0")
        self.assertEqual(status, 0, "dpkg is not left with half a package")
        self.sees(said)
        self.server.configure("")
        self.assertEqual(script.run("configure", "0.9.0"), (0, ""))


class Database(FirstDay):
    def make(self):
        self.server.start()
        self.server.register("a")
        self.server.stop()
        return f"{self.folder}/registry.db"

    def whole(self, path):
        with open(path, "rb") as file:
            return file.read()

    @row("the database is damaged")
    def test_a_damaged_one_is_named_with_the_remedy(self):
        path = self.make()
        with open(path, "r+b") as file:
            file.write(b"no database at all\n")
        before = self.whole(path)
        self.sees(self.server_says())
        self.assertEqual(self.whole(path), before)

    @row("the database is another program's")
    def test_one_of_another_program_is_left_alone(self):
        path = f"{self.folder}/registry.db"
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE bookmarks (name TEXT)")
        other.close()
        before = self.whole(path)
        self.sees(self.server_says())
        self.assertEqual(self.whole(path), before)

    @row("the database is a newer version's")
    def test_one_of_a_newer_version_is_left_alone(self):
        path = self.make()
        newer = sqlite3.connect(path)
        newer.execute("UPDATE meta SET value = 99 WHERE name = 'schema_version'")
        newer.commit()
        newer.close()
        self.sees(self.server_says())

    @row("the database is an older version's")
    def test_one_of_an_older_version_is_brought_forward_and_kept_beside(self):
        old = sqlite3.connect(f"{self.folder}/registry.db")
        old.executescript(text_of("tests", "operation", "data", "registry-v1.sql"))
        old.close()
        os.chmod(f"{self.folder}/registry.db", 0o600)
        self.server.start()
        self.addCleanup(self.server.stop)
        self.sees("\n".join(os.path.join(self.folder, name) for name in os.listdir(self.folder)))

    @row("an older package comes over a newer one")
    def test_an_older_package_refuses_and_says_how_to_go_back(self):
        script = self.script("preinst", "sanctum-server", "isns-server")
        self.make()
        status, said = script.run("upgrade", "2.0.0")
        self.assertEqual(status, 1)
        self.sees(said)

    @row("another server has the database")
    def test_a_second_server_names_the_first(self):
        self.addCleanup(self.server.stop)
        self.server.start()
        self.sees(self.server_says("--set", "http.enabled=false"))


class Machine(FirstDay):
    def taken(self):
        """A port of 127.0.0.1 that somebody else has."""
        self.holder = socket.socket()
        self.addCleanup(self.holder.close)
        self.holder.bind(("127.0.0.1", free_port()))
        self.holder.listen()
        return self.holder.getsockname()[1]

    def with_mounts(self, script):
        """The beginning of a command that runs with other mounts than this process."""
        inside = ["unshare", "--mount", "sh", "-c", f'mount --make-rprivate / && {script} && exec "$@"', "sh"]
        if subprocess.run([*inside, "true"], stderr=subprocess.DEVNULL, check=False).returncode:
            self.skipTest("no namespace of mounts")
        return inside

    def makes_unit(self, store):
        socket_path = f"{self.folder}/agent.sock"
        return run([program("sanctl"), "agent", "unit", "create", "u", store, "--size", "1M", "--socket", socket_path])

    @row("the iSNS port is in use")
    def test_the_address_and_the_port_are_named(self):
        port = self.taken()
        self.sees(self.server_says("--set", f"listen.port={port}").replace(str(port), "3205"))

    @row("the port for monitoring, or of the management API, is in use")
    def test_which_of_the_others_is_taken_is_told(self):
        # The API has its port when there is an administrator.
        self.server.start()
        status, said = run([program("sanctl"), "init", "admin", "--socket", f"{self.folder}/management.sock"])
        self.assertEqual(status, 0, said)
        self.server.stop()
        port = self.taken()
        self.sees(self.server_says("--set", f"http.port={port}").replace(str(port), "3286"),
                  self.server_says("--set", f"api.port={port}").replace(str(port), "3285"))

    @row("the port of the management API is in use when `sanctl init` would open it")
    def test_no_administrator_is_left_without_his_password(self):
        port = self.taken()
        self.server = daemon.Daemon(self.folder, words=["--set", f"api.port={port}"])
        self.addCleanup(self.server.stop)
        self.server.start()
        init = [program("sanctl"), "init", "admin", "--socket", f"{self.folder}/management.sock"]
        status, said = run(init)
        self.assertNotEqual(status, 0)
        self.sees(said.replace(str(port), "3285"))
        self.holder.close()
        status, said = run(init)
        self.assertEqual(status, 0, said)
        self.assertIn("password", said)

    @row("the port of the targets, or the one for notices of name servers, is in use")
    def test_the_portal_is_named(self):
        port = self.taken()
        status, said = run(self.agent_argv(settings=f'[[portal]]\naddress = "127.0.0.1:{port}"\n'))
        self.assertEqual(status, 1)
        notices = f'[[portal]]\naddress = "127.0.0.1:0"\n[isns]\nservers = ["127.0.0.1:9"]\nnotice_port = {port}\n'
        status, also = run(self.agent_argv(settings=notices))
        self.assertEqual(status, 1)
        self.sees(said.replace(str(port), "3260"), also.replace(str(port), "3206"))

    @row("there is no systemd")
    def test_the_package_says_that_nothing_was_started_and_how_to_do_it(self):
        self.server.configure("")
        status, said = self.script("postinst", "sanctum-server", "isns-server").run("configure", "")
        self.assertEqual(status, 0)
        self.sees(said)

    @AS_ROOT
    @row("... and the folders that it makes are missing")
    def test_a_folder_that_is_missing_is_named(self):
        os.chmod(self.folder, 0o755)
        argv = self.agent_argv()
        with open(f"{self.folder}/agent.toml", encoding="utf-8") as file:
            text = file.read()
        with open(f"{self.folder}/agent.toml", "w", encoding="utf-8") as file:
            file.write(text.replace(f"{self.folder}/state", f"{self.folder}/no/state"))
        status, said = run(argv)
        self.assertEqual(status, 1)
        also = self.server_says("--set", f"api.socket={self.folder}/no/management.sock")
        self.sees(said.replace("/no/", "/"), also.replace("/no/", "/"))

    @row("sanctl finds no server")
    def test_sanctl_says_where_it_looked(self):
        status, said = run([program("sanctl"), "init", "admin", "--socket", f"{self.folder}/management.sock"])
        self.assertNotEqual(status, 0)
        self.sees(said)

    @unittest.skipUnless(SOCKET_CALL, "the number of the system call socket is not known here")
    @row("there is no IPv6")
    def test_what_is_left_is_served(self):
        port = free_port()
        argv = self.server.argv("--set", "listen.addresses=0.0.0.0,::", "--set", f"listen.port={port}")
        without = NoIpv6()
        popen = subprocess.Popen
        try:
            subprocess.Popen = lambda *words, **more: popen(*words, **more, preexec_fn=without)
            process = Process(argv)
        finally:
            subprocess.Popen = popen
        self.addCleanup(process.kill)
        self.sees(process.expect("event=started").string.replace(str(port), "3205"))

    @AS_ROOT
    @row("/etc is read-only")
    def test_nobody_writes_there(self):
        inside = self.with_mounts("mount --bind /etc /etc && mount -o remount,ro,bind /etc && ! touch /etc/x 2>/dev/null")
        server = Process([*inside, *self.server.argv()])
        self.addCleanup(server.kill)
        server.expect("event=started")
        self.agent([*inside, *self.agent_argv()])
        done = self.makes_unit("memory")
        self.assertEqual(done[0], 0, done[1])

    @AS_ROOT
    @row("a file for a unit lies where the service may not write")
    def test_what_systemd_closes_is_opened_by_its_unit(self):
        closed = f"{self.folder}/closed"
        os.mkdir(closed)
        inside = self.with_mounts(f"mount -t tmpfs none {closed} && mount -o remount,ro {closed}")
        self.agent([*inside, *self.agent_argv()])
        status, said = self.makes_unit(f"file:{closed}/disk1.img")
        self.assertNotEqual(status, 0)
        self.sees(said.replace("/closed", ""))


class Others(FirstDay):
    @row("clocks of server and agent differ by more than 90 minutes")
    def test_the_words_are_those_of_the_check(self):
        # tests/unit/mgmt has the check itself.
        self.sees(" ".join(re.findall(r'"([^"\n]*)"', text_of("shared", "mgmt", "server_check.cpp"))))
        self.assertIn("kBackdate{90}", text_of("isns-server", "manage", "keys", "certificate_authority.h"))

    @row("two hosts have one iSCSI name")
    def test_the_second_is_refused_and_says_why(self):
        self.addCleanup(self.server.stop)
        self.server.start()

        def host(name):
            settings = (f'[isns]\nservers = ["127.0.0.1:{self.server.port}"]\nentity = "{name}"\n[initiator]\nname = "{NAME}"\n'
                        f'[host]\nenabled = true\nhelper = "{self.folder}/none.sock"\n[[portal]]\naddress = "127.0.0.1:0"\n')
            return self.agent(self.agent_argv(f"/{name}", settings))

        host("first").expect("event=registered")
        self.sees(host("second").expect("AGENT-5002").string)

    @row("a machine is a copy of another one, or has its name")
    def test_the_words_are_those_of_the_registrar(self):
        # SanScenario.aCopyOfAMachineTakesItsPlaceAndTheTwoDoNotFightOverIt has how it comes about.
        words = re.findall(r'"([^"\n]*)"', text_of("agent", "registrar", "registrar_answers.cpp"))
        self.sees("".join(words))


class Rows(unittest.TestCase):
    def test_each_row_has_its_test(self):
        groups = (Configuration, Database, Machine, Others)
        tested = [test.row for group in groups for test in vars(group).values() if hasattr(test, "row")]
        self.assertEqual(sorted(tested), sorted(ROWS))
        self.assertEqual([what for what, quotes in ROWS.items() if not quotes], ["/etc is read-only"])


if __name__ == "__main__":
    daemon.main()
