#!/usr/bin/env python3
"""sanctl's verbs for CHAP credentials and keys against the server, and that no secret that sanctl was given stays in its
memory, its arguments, its environment or a file."""

import json
import os
import pty
import re
import socket
import ssl
import subprocess
import termios
import threading

from chap_test import DISK, HOST, PLANTED, PLANTED_MUTUAL, PLANTED_NEXT, ChapTest
from lib import case
from lib.process import PATIENCE, eventually
from lib.secret_scan import assert_not_in_files, assert_not_in_memory, assert_nowhere
from lib.test_agent import openssl


def descriptor_with(*lines):
    """A pipe with these lines in it; its end for reading."""
    reads, writes = os.pipe()
    os.write(writes, "".join(line + "\n" for line in lines).encode())
    os.close(writes)
    return reads


class SanctlChap(ChapTest):
    def setUp(self):
        super().setUp()
        self.home = os.path.join(self.folder, "home")
        os.mkdir(self.home)
        self.ask("/users", "POST", {"name": "olga", "roles": ["credential-officer"], "password": "a long enough phrase 17"})
        self.said = ""
        self.log_in_as("olga", "a long enough phrase 17")

    def log_in_as(self, user, phrase):
        path = os.path.join(self.home, f"phrase-of-{user}")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(phrase + "\n")
        self.sanctl("login", "--socket", f"{self.folder}/management.sock", "--user", user, "--password-file", path)

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": self.home}

    def sanctl(self, *words, code=0, secrets=()):
        """What it prints; `secrets` are lines of the descriptor whose number stands as FD."""
        reads = descriptor_with(*secrets) if secrets else None
        try:
            done = subprocess.run([case.sanctl(), *(str(reads) if word == "FD" else word for word in words)],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False,
                                  env=self.environment(), pass_fds=(reads,) if secrets else ())
        finally:
            if reads is not None:
                os.close(reads)
        self.assertEqual(done.returncode, code, f"sanctl {' '.join(words)}: {done.stdout}{done.stderr}")
        self.said += done.stdout + done.stderr
        return done.stderr if code else done.stdout

    def json(self, *words, **more):
        return json.loads(self.sanctl(*words, "--output", "json", **more))

    def on_a_terminal(self, *words, typed=()):
        """What a person sees who types these lines at its questions."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(case.sanctl(), ["sanctl", *words], {**self.environment(), "NO_COLOR": "1"})
        seen, waiting = b"", list(typed)
        try:
            while piece := os.read(terminal, 4096):
                seen += piece
                # A question is what ends with a colon; echo is switched off before it is answered.
                if waiting and seen.endswith(b": "):
                    eventually(lambda: not self.echoes(terminal), "it does not show what is typed")
                    os.write(terminal, waiting.pop(0).encode() + b"\n")
        except OSError:
            pass  # the end of a terminal
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()

    @staticmethod
    def echoes(terminal):
        return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

    def test_a_pair_is_added_listed_rotated_revealed_and_retired(self):
        made = self.json("chap", "add", HOST, DISK, "--mutual", "--secret-fd", "FD", "--mutual-secret-fd", "FD",
                         "--verbose", secrets=(PLANTED, PLANTED_MUTUAL))
        number = str(made["credential"]["id"])
        self.until(int(number), state="waiting-for-foreign-end")
        (listed,) = self.json("chap", "list")
        self.assertEqual((listed["initiator"], listed["target"], listed["mutual"]), (HOST, DISK, True))
        self.assertIn("waiting-for-foreign-end", self.sanctl("chap", "list"))
        self.assertIn(f"chap reveal {number} --node {HOST}", self.sanctl("chap", "show", number))
        held = self.disk_applies(int(number))
        self.assertEqual([held["accept"][0]["secret"], held["answer"][0]["secret"]], [PLANTED, PLANTED_MUTUAL])
        assert_nowhere(self, "what it says by --verbose", self.said, (PLANTED, PLANTED_MUTUAL), "POST /api/v1/chap")
        why = ("--reason", "typed at the host by hand")
        self.assertIn("no terminal", self.sanctl("chap", "reveal", number, *why, code=1))
        code, seen = self.on_a_terminal("chap", "reveal", number, *why)
        self.assertEqual((code, seen.count(PLANTED), seen.count(PLANTED_MUTUAL)), (0, 1, 1), seen)
        self.assertIn("node.session.auth.password_in", seen)
        self.assertIn("wrong-state", self.sanctl("chap", "reveal", number, *why, "--force", code=10))
        self.disk.report(sessions=[self.session(int(number), 1, 1)])
        self.until(int(number), state="active")
        self.assertIn("spreading", self.sanctl("chap", "rotate", number, "--reason", "yearly", "--within", "7d",
                                               "--secret-fd", "FD", secrets=(PLANTED_NEXT,)))
        self.disk_applies(int(number))
        self.until(int(number), phase="waiting-for-foreign-end")
        shown = self.json("chap", "reveal", number, *why)
        self.assertEqual((shown["secret"], shown["version"]), (PLANTED_NEXT, 2))
        self.disk.report(sessions=[self.session(int(number), 2, 2)])
        self.until(int(number), state="active", version=2)
        self.sanctl("chap", "rotate", number, "--reason", "once more")
        self.sanctl("chap", "cancel", number, "--reason", "not today")
        self.assertIn("--yes", self.sanctl("chap", "retire", number, "--reason", "leaver", code=1))
        self.assertIn("is retired", self.sanctl("chap", "retire", number, "--reason", "leaver", "--yes"))
        self.assertEqual(self.chap(int(number))["state"], "retired")
        self.assertEqual(self.rows("secret"), [])

    def test_a_secret_is_asked_for_twice_without_echo(self):
        code, seen = self.on_a_terminal("chap", "add", HOST, DISK, "--ask-secret", typed=(PLANTED, PLANTED))
        self.assertEqual(code, 0, seen)
        self.assertNotIn(PLANTED, seen)
        (number,) = (one["id"] for one in self.json("chap", "list"))
        self.assertEqual(self.disk_applies(number)["accept"][0]["secret"], PLANTED)

    def test_an_edit_of_a_draft(self):
        draft = self.ask("/changes", "POST", {"title": "two things", "edits": []})["id"]
        self.log_in_as("admin", self.password)
        self.assertIn(f"an edit of draft {draft}", self.sanctl("chap", "add", HOST, DISK, "--draft", str(draft)))
        self.assertEqual(self.json("chap", "list"), [])
        self.assertTrue(self.ask(f"/changes/{draft}")["edits"])

    def test_where_changes_need_approval_it_waits_for_it(self):
        edits = [{"op": "create", "object": "settings:#1"},
                 {"op": "set", "object": "settings:#1", "field": "approval_needed", "value": True}]
        path = f"/changes/{self.ask('/changes', 'POST', {'title': 'rules', 'edits': edits})['id']}"
        self.ask(path + "/submit", "POST", {"version": 1, "reason": "a test"})
        self.ask(path + "/commit", "POST", {"version": 2})
        eventually(lambda: self.ask(path)["state"] in ("confirming", "confirmed"), "it is committed")
        self.assertIn("need approval", self.sanctl("chap", "add", HOST, DISK, "--reason", "a new host"))
        self.assertEqual(self.json("chap", "list"), [])

    def test_batches(self):
        self.assertEqual(self.sanctl("chap", "batch", "list"), "There are no batches.\n")
        number = self.settled_pair()
        batch = self.json("chap", "batch", "start", "--older-than", "0s", "--reason", "once a year")
        self.assertEqual(batch["running"], [f"credential:#{number}"])
        self.assertEqual(self.json("chap", "batch", "pause", str(batch["id"]))["state"], "paused")
        self.assertEqual(self.json("chap", "batch", "resume", str(batch["id"]))["state"], "running")
        self.sanctl("chap", "cancel", str(number), "--reason", "not today")
        self.assertIn("finished", self.sanctl("chap", "batch", "show", str(batch["id"])))
        self.assertEqual(self.json("chap", "batch", "show", str(batch["id"]))["failed"], [f"credential:#{number}"])
        self.assertEqual(len(self.json("chap", "batch", "list")), 1)

    def test_keys(self):
        self.assertIn("right-missing", self.sanctl("keys", "show", code=9))
        self.log_in_as("admin", self.password)
        (root,) = self.json("keys", "show")["authorities"]
        self.assertIn(root["fingerprint"], self.sanctl("keys", "show"))
        why = ("--reason", "a test")
        self.assertIn("--yes", self.sanctl("keys", "rotate-authority", *why, code=1))
        code, seen = self.on_a_terminal("keys", "rotate-sealing", *why, "--yes")
        self.assertEqual(code, 0, seen)
        roots = self.json("keys", "rotate-authority", *why, "--yes", "--overlap-days", "1")["authorities"]
        self.assertEqual([one["current"] for one in roots], [True, False])
        self.assertEqual(len(self.json("keys", "disown-authorities", *why, "--yes")["authorities"]), 1)
        self.sanctl("keys", "accept-clock", *why, "--yes")
        self.assertEqual(self.json("audit", "log", "--limit", "1", "--event", "clock.accepted")[0]["reason"], "a test")

    def test_the_audit_log_is_shown_the_newest_first(self):
        self.log_in_as("admin", self.password)
        newest = [one["sequence"] for one in self.json("audit", "log", "--limit", "3")]
        self.assertEqual(newest, sorted(newest, reverse=True))
        oldest = self.json("audit", "log", "--oldest", "--limit", "2")
        self.assertEqual([one["sequence"] for one in oldest], [1, 2])
        table = self.sanctl("audit", "log", "--oldest", "--limit", "2")
        self.assertEqual(len(re.findall(r"\sserver\s+(?:log\.begun|server\.started)", table)), 2, table)

    # ---- Where no secret may be ----------------------------------------------------------------------------------------

    def while_it_waits(self, *words, secrets, judge, tls):
        """Runs it against a server that takes the whole request and answers only when judge() has looked; its output. By
        TLS, or by a local socket."""
        path, root = f"{self.folder}/slow.sock", f"{self.folder}/slow.pem"
        if tls:
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=slow",
                    "-keyout", f"{root}.key", "-out", root, "-days", "2")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(root, f"{root}.key")
            listener = socket.create_server(("127.0.0.1", 0))
            where = ("--server", f"127.0.0.1:{listener.getsockname()[1]}", "--ca", root)
        else:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen()
            where = ("--socket", path)
        taken, looked = threading.Event(), threading.Event()
        request = bytearray()

        def serve():
            with listener, listener.accept()[0] as accepted:
                with context.wrap_socket(accepted, server_side=True) if tls else accepted as connection:
                    connection.settimeout(PATIENCE)
                    while b"\r\n\r\n" not in request or len(request.split(b"\r\n\r\n", 1)[1]) < int(
                            re.search(rb"Content-Length: (\d+)", request).group(1)):
                        request.extend(connection.recv(65536))
                    taken.set()
                    looked.wait(PATIENCE)
                    body = b'{"code": "not-ready", "detail": "Not now."}'
                    connection.sendall(b"HTTP/1.1 503 X\r\nContent-Type: application/problem+json\r\nContent-Length: "
                                       + str(len(body)).encode() + b"\r\nConnection: close\r\n\r\n" + body)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        reads = descriptor_with(*secrets)
        with subprocess.Popen([case.sanctl(), *(str(reads) if word == "FD" else word for word in words), "--verbose",
                               *where], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.environment(), pass_fds=(reads,)) as process:
            try:
                os.close(reads)
                self.assertTrue(taken.wait(PATIENCE), "the request has come")
                # Until it sleeps, it is still at the end of sending.
                eventually(lambda: self.sleeps(process.pid), "it waits for its answer")
                judge(process.pid, bytes(request))
            finally:
                looked.set()
            out, err = process.communicate(timeout=PATIENCE)
        thread.join(PATIENCE)
        return (out + err).decode()

    @staticmethod
    def sleeps(pid):
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "S"

    def test_a_secret_is_nowhere_in_sanctl_while_it_waits_for_its_answer(self):
        secrets, looks = (PLANTED, PLANTED_MUTUAL), []

        def judge(pid, request):
            body = json.loads(request.split(b"\r\n\r\n", 1)[1])
            self.assertEqual([body["secret"], body["mutual_secret"]], list(secrets))
            looks.append(pid)
            assert_not_in_memory(self, pid, secrets, HOST)
            for about, known in (("cmdline", HOST), ("environ", "PATH=")):
                with open(f"/proc/{pid}/{about}", "rb") as file:
                    assert_nowhere(self, about, file.read(), secrets, known)

        for tls in (False, True):
            said = self.while_it_waits("chap", "add", HOST, DISK, "--mutual", "--secret-fd", "FD", "--mutual-secret-fd",
                                       "FD", secrets=secrets, judge=judge, tls=tls)
            self.assertIn("not-ready", said)
            assert_nowhere(self, "what it says", said, secrets, "POST /api/v1/chap: 503")
        self.assertEqual(len(looks), 2)
        assert_not_in_files(self, self.home, secrets)


if __name__ == "__main__":
    case.main("openssl", uses_sanctl=True)
