#!/usr/bin/env python3
"""The question for a password on a terminal: what is typed is not shown, and whatever ends or stops the program there, the
terminal shows again what is typed. The terminal is a pseudo-terminal, whose leader does what a shell does for its jobs."""

import fcntl
import os
import pty
import signal
import sys
import termios

import daemon

# Starts the words as the terminal's foreground job; says "stopped" or "ended STATUS" on descriptor 3, and goes on, or ends, when
# a byte comes on descriptor 4.
LEADER = """
import os, resource, signal, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    if sys.argv[1] == "ignore-hangup":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.close(3), os.close(4)
    os.execv(sys.argv[2], sys.argv[2:])
os.write(3, f"{job}\\n".encode())
while True:
    status = os.waitpid(job, os.WUNTRACED)[1]
    os.tcsetpgrp(0, os.getpgrp())
    stopped = os.WIFSTOPPED(status)
    os.write(3, b"stopped\\n" if stopped else f"ended {os.waitstatus_to_exitcode(status)}\\n".encode())
    os.read(4, 1)
    if not stopped:
        break
    os.tcsetpgrp(0, job)
    os.killpg(job, signal.SIGCONT)
"""


class Terminal:
    """A program that is the foreground job of a terminal of its own."""

    def __init__(self, *words, before="-"):
        news, told = os.pipe()
        orders, self._order = os.pipe()
        self._leader, self._tty = pty.fork()
        if self._leader == 0:
            # Where they lie may be 3 or 4 itself: first away from there.
            told, orders = (fcntl.fcntl(end, fcntl.F_DUPFD, 5) for end in (told, orders))
            os.dup2(told, 3), os.dup2(orders, 4)
            os.execv(sys.executable, [sys.executable, "-c", LEADER, before, *words])
        os.close(told), os.close(orders)
        self._news = os.fdopen(news, encoding="ascii")
        self.job = int(self._news.readline())
        self._ended = False

    def reads_until(self, end):
        seen = b""
        while not seen.endswith(end):
            seen += os.read(self._tty, 1)
        return seen.decode()

    def types(self, text):
        os.write(self._tty, text)

    def echoes(self):
        return bool(termios.tcgetattr(self._tty)[3] & termios.ECHO)

    def news(self):
        news = self._news.readline().strip()
        self._ended = self._ended or news.startswith("ended")
        return news

    def goes_on(self):
        os.write(self._order, b"x")

    def close(self):
        if not self._ended:
            os.kill(self.job, signal.SIGKILL)
        os.close(self._order)
        os.close(self._tty)  # the leader's hang-up
        os.waitpid(self._leader, 0)
        self._news.close()


class Prompt(daemon.OperationTest):
    QUESTION = b"Password of eva: "

    def setUp(self):
        super().setUp()
        self.server = self.daemon()
        self.local = ("--socket", f"{self.folder}/management.sock")
        status, said = daemon.run([daemon.program("sanctl"), "init", "admin", *self.local])
        self.assertEqual(status, 0, said)

    def asked(self, before="-"):
        """sanctl at its question, without echo."""
        terminal = Terminal(daemon.program("sanctl"), "user", "add", "eva", "--roles", "viewer", *self.local, before=before)
        self.addCleanup(terminal.close)
        self.is_asked(terminal)
        return terminal

    def is_asked(self, terminal):
        terminal.reads_until(self.QUESTION)
        self.assertFalse(terminal.echoes(), "the question does not show what is typed")

    def answers(self, terminal):
        """Both questions, and the end."""
        terminal.types(b"a long password of hers\n")
        terminal.reads_until(b"The same again: ")
        self.assertFalse(terminal.echoes())
        terminal.types(b"a long password of hers\n")
        self.assertEqual(terminal.news(), "ended 0")
        self.assertTrue(terminal.echoes())

    def test_who_answers_has_his_echo_again(self):
        self.answers(self.asked())

    def test_keys_that_end_it_end_it_with_the_echo_on(self):
        for key, number in ((b"\x03", signal.SIGINT), (b"\x1c", signal.SIGQUIT)):
            with self.subTest(number.name):
                terminal = self.asked()
                terminal.types(b"half a pass" + key)
                self.assertEqual(terminal.news(), f"ended {-number}")
                self.assertTrue(terminal.echoes())

    def test_signals_from_elsewhere_end_it_with_the_echo_on(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                terminal = self.asked()
                os.kill(terminal.job, number)
                self.assertEqual(terminal.news(), f"ended {-number}")
                self.assertTrue(terminal.echoes())

    def test_at_the_second_question_too(self):
        terminal = self.asked()
        terminal.types(b"a long password of hers\n")
        terminal.reads_until(b"The same again: ")
        self.assertFalse(terminal.echoes())
        terminal.types(b"\x03")
        self.assertEqual(terminal.news(), f"ended {-signal.SIGINT}")
        self.assertTrue(terminal.echoes())

    def test_who_stops_it_has_his_echo_and_is_asked_anew_when_it_goes_on(self):
        terminal = self.asked()
        for _ in range(2):
            terminal.types(b"half a pass\x1a")
            self.assertEqual(terminal.news(), "stopped")
            self.assertTrue(terminal.echoes())
            terminal.goes_on()
            self.is_asked(terminal)
        self.answers(terminal)  # what was typed before the stop is no part of it

    def test_a_hang_up_that_is_ignored_stays_ignored(self):
        terminal = self.asked(before="ignore-hangup")
        os.kill(terminal.job, signal.SIGHUP)
        self.answers(terminal)


class Passphrase(daemon.OperationTest):
    def test_the_server_asks_in_the_same_way(self):
        server = self.daemon()
        terminal = Terminal(daemon.program("isns-server"), "--config", server.config, "backup-keys", f"{self.folder}/keys")
        self.addCleanup(terminal.close)
        terminal.reads_until(b"at least: ")
        self.assertFalse(terminal.echoes())
        terminal.types(b"\x03")
        self.assertEqual(terminal.news(), f"ended {-signal.SIGINT}")
        self.assertTrue(terminal.echoes())


daemon.main()
