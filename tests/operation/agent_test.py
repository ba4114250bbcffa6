#!/usr/bin/env python3
"""san-agent from the outside: its files, its signals, `sanctl agent`, and stock initiators that find what it serves."""

import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import unittest

import daemon
from daemon import NotifySocket, PATIENCE, Process, StatusPage, free_port, program, run
from lib.secret_scan import assert_nowhere

TARGET = "iqn.2024-01.org.example:store"
PACKAGING = os.path.join(daemon.ROOT, "agent", "packaging")


class Agent:
    """A running agent with a folder of its own."""

    def __init__(self, folder, settings=""):
        self.folder = folder
        self.config = f"{folder}/agent.toml"
        self.socket = f"{folder}/agent.sock"
        self.http_port = free_port()
        self.process = None
        self.port = None
        self.configure(settings)

    def configure(self, settings):
        # The settings stand last, since they hold records; their first line is number 8.
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f'[state]\nfolder = "{self.folder}/state"\n[control]\nsocket = "{self.socket}"\n'
                       f'[http]\nport = {self.http_port}\n'
                       f'{settings}\n[[portal]]\naddress = "127.0.0.1:0"\n')

    def argv(self, *words):
        return [program("san-agent"), "--config", self.config, *words]

    def start(self):
        notify = NotifySocket(f"{self.folder}/notify")
        self.process = Process(self.argv(), notify.env())
        try:
            notify.wait(self.process)
        finally:
            notify.close()
        self.port = int(self.process.expect(r"portals=127\.0\.0\.1:(\d+)").group(1))
        return self

    def stop(self):
        if self.process and self.process.running():
            return self.process.stop()
        return None

    def hang_up(self, wanted):
        start = len(self.process.lines)
        os.kill(self.process.pid, signal.SIGHUP)
        return self.process.expect(wanted, start).string

    def sanctl(self, *words):
        """Exit code, standard output, standard error."""
        done = subprocess.run([program("sanctl"), "agent", *words, "--socket", self.socket], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stdout, done.stderr

    def ok(self, *words):
        code, out, err = self.sanctl(*words)
        if code:
            raise AssertionError(f"sanctl agent {' '.join(words)} ended with {code}: {out}{err}")
        return out

    def json(self, *words):
        return json.loads(self.ok(*words, "--output", "json"))

    def url(self, lun=""):
        return f"iscsi://127.0.0.1:{self.port}" + (f"/{TARGET}/{lun}" if lun != "" else "")


class AgentTest(daemon.OperationTest):
    def agent(self, settings=""):
        agent = Agent(self.folder, settings)
        self.addCleanup(agent.stop)
        return agent.start()

    def libiscsi(self, *argv):
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stdout + done.stderr


@unittest.skipUnless(shutil.which("iscsi-inq") and shutil.which("iscsi-ls"), "libiscsi-bin is not there")
class Disks(AgentTest):
    def test_a_disk_is_made_live_found_by_initiators_and_there_after_a_restart(self):
        agent = self.agent()
        image = f"{self.folder}/disk1.img"
        agent.ok("unit", "create", "disk1", f"file:{image}", "--size", "16M", "--set", "product=FIRST")
        agent.ok("target", "create", TARGET, "--alias", "Store")
        self.assertNotIn(TARGET, self.libiscsi("iscsi-ls", agent.url())[1])  # it lets nobody in yet
        agent.ok("map", TARGET, "disk1", "--authentication", "none", "--lun", "5")
        before = None
        for _ in range(2):
            code, said = self.libiscsi("iscsi-ls", "-s", agent.url())
            self.assertEqual(code, 0, said)
            self.assertIn(TARGET, said)
            self.assertRegex(said, r"Lun:5 +Type:DIRECT_ACCESS")
            code, said = self.libiscsi("iscsi-inq", agent.url(5))
            self.assertEqual(code, 0, said)
            self.assertIn("Product:FIRST", said)
            serial = self.libiscsi("iscsi-inq", "-e", "1", "-c", "128", agent.url(5))[1]
            self.assertEqual(before or serial, serial)
            before = serial
            self.assertEqual(agent.stop(), 0)
            agent.start()
        self.assertEqual(os.path.getsize(image), 16 << 20)

    def test_what_was_acknowledged_is_there_after_kill_9(self):
        agent = self.agent(f'[[target]]\nname = "{TARGET}"\n')
        for number in range(5):
            agent.ok("unit", "create", f"u{number}", "memory", "--size", "1M")
        agent.process.kill()
        agent.start()
        self.assertEqual([unit["unit"] for unit in agent.json("units")], [f"u{number}" for number in range(5)])

    def test_a_unit_grows_while_it_is_used(self):
        agent = self.agent(self.one_disk("memory:1M"))
        agent.ok("unit", "resize", "disk1", "3M")
        self.assertEqual(agent.json("units")[0]["size"], 3 << 20)
        agent.stop()
        agent.start()
        self.assertEqual(agent.json("units")[0]["size"], 3 << 20)

    def test_chap_is_demanded_where_a_rule_says_nothing_else(self):
        secret = f"{self.folder}/secret"
        with open(secret, "w", encoding="utf-8") as file:
            file.write("a long secret 12\n")
        os.chmod(secret, 0o600)
        agent = self.agent(self.one_disk("memory:1M", access="")
                           + f'[[chap]]\nname = "me"\nsecret = "{secret}"\n')
        code, _ = self.libiscsi("iscsi-inq", agent.url(0))
        self.assertNotEqual(code, 0)
        refused = agent.process.expect("AGENT-2001").string
        self.assertIn(f"target={TARGET}", refused)
        with_secret = agent.url(0).replace("iscsi://", "iscsi://me%a long secret 12@")
        code, said = self.libiscsi("iscsi-inq", with_secret)
        self.assertEqual(code, 0, said)
        self.assertIn("session-opened", agent.process.expect("AGENT-2002.*proof=chap").string)
        for said, known in ((agent.process.output(), "proof=chap"), (agent.ok("targets"), TARGET), (agent.ok("status"), "portals")):
            assert_nowhere(self, known, said, ("a long secret",), known)
        self.assertIn('agent_sessions_opened_total', StatusPage(agent.http_port).get("/metrics")[2])

    @unittest.skipUnless(shutil.which("tshark"), "there is no tshark")
    def test_the_last_headers_of_a_session_are_saved_for_tshark(self):
        agent = self.agent(self.one_disk("memory:1M"))
        busy = subprocess.Popen([program("sanctl"), "iscsi", "watch", "--poll", "0.1", "--for", "60", agent.url(0)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(busy.wait)
        self.addCleanup(busy.kill)
        agent.process.expect("AGENT-2002")
        (session,) = agent.json("sessions")
        trace = f"{self.folder}/trace.pcap"

        def opcodes():
            agent.ok("trace", str(session["session"]), trace)
            done = subprocess.run(["tshark", "-n", "-r", trace, "-d", f"tcp.port=={agent.port},iscsi", "-T", "fields",
                                   "-e", "iscsi.opcode", "-e", "_ws.malformed"],
                                  capture_output=True, text=True, timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("Malformed", done.stdout)
            return {int(word, 0) for word in done.stdout.split()}

        daemon.eventually(lambda: opcodes() >= {0x01, 0x21}, "commands and their responses are there")

    def one_disk(self, store, access='authentication = "none"\n'):
        return (f'[[unit]]\nid = "disk1"\nstore = "{store}"\n[[target]]\nname = "{TARGET}"\n'
                f'[[access]]\ntarget = "{TARGET}"\n{access}luns = ["0=disk1"]\n')

    def test_a_broken_unit_stops_no_other(self):
        agent = self.agent(self.one_disk("memory:1M").replace('["0=disk1"]', '["0=disk1", "1=lost"]')
                           + f'[[unit]]\nid = "lost"\nstore = "file:{self.folder}/lost.img"\n')
        self.assertIn("unit=lost", agent.process.expect("AGENT-3002").string)
        self.assertEqual(StatusPage(agent.http_port).get("/readyz")[0], 503)
        code, said = self.libiscsi("iscsi-inq", agent.url(0))
        self.assertEqual(code, 0, said)
        with open(f"{self.folder}/lost.img", "wb") as file:
            file.truncate(1 << 20)
        agent.ok("reload")
        self.assertIn("lost", agent.ok("units"))

    def test_a_file_with_other_words_and_of_another_unit_is_served_at_once_after_a_reload(self):
        image = f"{self.folder}/disk.img"
        with open(image, "wb") as file:
            file.truncate(1 << 20)
        agent = self.agent(self.one_disk(f"file:{image}"))
        for store, unit in ((f"file:{image},writethrough", "disk1"), (f"file:{image}", "disk2")):
            agent.configure(self.one_disk(store).replace("disk1", unit))
            start = len(agent.process.lines)
            agent.ok("reload")
            self.assertEqual([one["unit"] for one in agent.json("units")], [unit])
            code, said = self.libiscsi("iscsi-inq", agent.url(0))
            self.assertEqual(code, 0, said)
            agent.process.expect("AGENT-1004", start)  # what the reload has to say stands before it
            self.assertNotIn("AGENT-3002", "".join(agent.process.lines[start:]))

    def test_the_shipped_first_configuration_serves_a_disk(self):
        with open(os.path.join(PACKAGING, "first.toml"), encoding="utf-8") as file:
            text = re.sub(r'\[\[portal\]\]\naddress = "[^"]+"\n', "", file.read())
        agent = self.agent(text)
        code, said = self.libiscsi("iscsi-ls", "-s", agent.url())
        self.assertEqual(code, 0, said)
        self.assertIn("iqn.2024-01.org.example:first", said)


class Commands(AgentTest):
    def test_the_file_is_never_written_and_config_shows_which_holds(self):
        agent = self.agent('[[unit]]\nid = "a"\nstore = "memory:1M"\n')
        with open(agent.config, encoding="utf-8") as file:
            before = file.read()
        agent.ok("unit", "create", "b", "memory", "--size", "1M")
        agent.ok("unit", "delete", "a", "--yes")
        standing = {(row["kind"], row["key"]): (row["holds"], row["standing"]) for row in agent.json("config")}
        self.assertEqual(standing, {("unit", "a"): ("change", "removed"), ("unit", "b"): ("change", "added")})
        with open(agent.config, encoding="utf-8") as file:
            self.assertEqual(file.read(), before)
        agent.configure('[[unit]]\nid = "a"\nstore = "memory:2M"\n')
        self.assertIn("key=a", agent.hang_up("AGENT-1009"))
        self.assertEqual([unit["unit"] for unit in agent.json("units")], ["a", "b"])
        agent.ok("forget", "unit", "b", "--yes")
        self.assertEqual([unit["unit"] for unit in agent.json("units")], ["a"])

    def test_what_destroys_wants_yes(self):
        agent = self.agent('[[unit]]\nid = "a"\nstore = "memory:1M"\n')
        code, _, err = agent.sanctl("unit", "delete", "a")
        self.assertEqual(code, 1)
        self.assertIn("--yes", err)
        self.assertEqual(len(agent.json("units")), 1)

    def test_failures_have_their_exit_codes(self):
        agent = self.agent()
        self.assertEqual(agent.sanctl("unit", "delete", "a", "--yes")[0], 4)
        self.assertEqual(agent.sanctl("sessions", "--fail-if-empty")[0], 5)
        self.assertEqual(agent.sanctl("drop", "x", "--yes")[0], 1)
        agent.stop()
        code, _, err = agent.sanctl("status")
        self.assertEqual(code, 2)
        self.assertIn("see whether san-agent runs", err)
        self.assertFalse(os.path.exists(agent.socket))

    def test_every_list_prints_in_every_format(self):
        agent = self.agent(f'[[unit]]\nid = "a"\nstore = "memory:1M"\n[[target]]\nname = "{TARGET}"\n'
                           f'[[access]]\ntarget = "{TARGET}"\n')
        for words in (["status"], ["config"], ["units"], ["targets"], ["access"], ["luns"], ["portals"], ["sessions"]):
            for output in ("table", "json", "csv"):
                self.assertTrue(agent.ok(*words, "--output", output), words)
        self.assertIn("1 MiB", agent.ok("units"))
        self.assertIn("agent_units 1", agent.ok("metrics"))

    def test_luns_are_told_one_by_one_with_who_sees_them(self):
        agent = self.agent(f'[[unit]]\nid = "a"\nstore = "memory:1M"\n[[target]]\nname = "{TARGET}"\n'
                           f'[[access]]\ntarget = "{TARGET}"\ninitiator = "iqn.2024-01.org.example:h"\nluns = ["0=a", "300=a,ro"]\n')
        self.assertEqual(agent.json("luns"), [
            {"target": TARGET, "lun": 0, "unit": "a", "initiator": "iqn.2024-01.org.example:h", "right": "read-write"},
            {"target": TARGET, "lun": 300, "unit": "a", "initiator": "iqn.2024-01.org.example:h", "right": "read-only"}])

    def test_a_reload_with_a_mistake_names_its_line_and_changes_nothing(self):
        agent = self.agent('[[unit]]\nid = "a"\nstore = "memory:1M"\n')
        agent.configure('[[unit]]\nid = "a"\nstore = "memry:1M"\n')
        self.assertRegex(agent.hang_up("AGENT-1005"), r"where=\S+agent\.toml:9:9 ")
        code, _, err = agent.sanctl("reload")
        self.assertEqual(code, 4)
        self.assertIn("did you mean", err)
        self.assertEqual(len(agent.json("units")), 1)

    def test_nonsense_on_the_socket_is_answered_or_cut_off(self):
        agent = self.agent()
        for line in (b"\n", b"{}\n", b'{"v": 1, "id": 3, "command": "x"}\n', b"\xff\xfe\n", b"[" * 1000 + b"\n"):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(agent.socket)
                client.sendall(line)
                self.assertIn(b'"bad-request"', client.recv(65536))
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE)
            client.connect(agent.socket)
            try:
                client.sendall(b"x" * (1 << 20))
                self.assertEqual(client.recv(1), b"")
            except (BrokenPipeError, ConnectionResetError):
                pass
        self.assertEqual(os.stat(agent.socket).st_mode & 0o777, 0o660)
        agent.ok("status")

    def test_a_group_that_cannot_have_the_socket_keeps_no_disk_from_being_served(self):
        agent = Agent(self.folder)
        with open(agent.config, encoding="utf-8") as file:
            text = file.read()
        with open(agent.config, "w", encoding="utf-8") as file:
            file.write(text.replace("[control]\n", '[control]\ngroup = "no-such-group"\n'))
        self.addCleanup(agent.stop)
        agent.start()
        self.assertIn('there is no group', agent.process.expect("AGENT-4005").string)
        agent.ok("status")

    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_strangers_are_not_let_near(self):
        agent = self.agent()
        os.chmod(self.folder, 0o755)
        os.chmod(agent.socket, 0o666)  # even then
        done = run(daemon.as_user([program("sanctl"), "agent", "status", "--socket", agent.socket], "nobody"))
        self.assertNotEqual(done[0], 0)
        self.assertIn("uid=", agent.process.expect("AGENT-4004").string)


class Files(AgentTest):
    def test_a_second_agent_does_not_take_the_folder(self):
        agent = self.agent()
        done = run(agent.argv("--set", "http.enabled=false"))
        self.assertEqual(done[0], 1)
        self.assertIn("another agent", done[1])

    def test_damaged_changes_say_what_to_do(self):
        agent = self.agent()
        agent.ok("unit", "create", "b", "memory", "--size", "1M")
        agent.stop()
        with open(f"{self.folder}/state/changes.toml", "a", encoding="utf-8") as file:
            file.write("\n")
        done = run(agent.argv())
        self.assertEqual(done[0], 1)
        self.assertIn("checksum", done[1])
        self.assertIn("move it away", done[1])

    @unittest.skipUnless(os.geteuid() == 0, "it gives files to another user")
    def test_root_checks_a_configuration_for_the_user_of_the_service(self):
        user = pwd.getpwnam("nobody")
        secret = f"{self.folder}/secret"
        agent = Agent(self.folder, f'[[chap]]\nname = "me"\nsecret = "{secret}"\n')
        os.makedirs(f"{self.folder}/state")
        with open(secret, "w", encoding="utf-8") as file:
            file.write("a long secret 12")
        os.chmod(secret, 0o600)
        for path in (secret, f"{self.folder}/state"):
            os.chown(path, user.pw_uid, user.pw_gid)
        self.assertEqual(run(agent.argv("--check-config"))[0], 0)
        os.chown(secret, 0, 0)
        code, said = run(agent.argv("--check-config"))
        self.assertEqual(code, 2, "the service could not read it")
        self.assertIn(f"{secret} belongs to", said)

    def test_secrets_that_others_may_read_stop_the_start(self):
        secret = f"{self.folder}/secret"
        with open(secret, "w", encoding="utf-8") as file:
            file.write("a long secret 12")
        os.chmod(secret, 0o644)
        agent = Agent(self.folder, f'[[chap]]\nname = "me"\nsecret = "{secret}"\n')
        done = run(agent.argv())
        self.assertEqual(done[0], 2)
        self.assertRegex(done[1], r"agent\.toml:9:10: .*chmod 600")
        self.assertNotIn("a long secret", done[1])


@unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
class Unit(AgentTest):
    def test_systemd_finds_nothing_wrong_and_little_is_left_to_the_agent(self):
        # The helper is root for mounts and devices.
        for name, most in (("san-agent.service", 2.5), ("san-agent-disk@.service", 2.5), ("san-agent-attach.service", 6.0)):
            with self.subTest(name):
                self.judge(name, most)

    def judge(self, name, most):
        with open(os.path.join(PACKAGING, name), encoding="utf-8") as file:
            text = file.read().replace("/usr/bin/san-agent", program("san-agent"))
        instance = name.replace("@", "@disk0")
        with open(os.path.join(self.folder, instance), "w", encoding="utf-8") as file:
            file.write(text)

        def analyze(*words):
            return subprocess.run(["systemd-analyze", *words], cwd=self.folder, stdout=subprocess.PIPE, timeout=60,
                                  stderr=subprocess.STDOUT, text=True, check=False).stdout

        wrong = [line for line in analyze("verify", f"./{instance}").splitlines() if "san-agent" in line]
        self.assertEqual(wrong, [])
        said = analyze("security", "--offline=true", f"./{instance}")
        self.assertLess(float(re.search(rf"exposure level for {instance}: ([\d.]+)", said).group(1)), most)


if __name__ == "__main__":
    daemon.main()
