#!/usr/bin/env python3
"""What abuse gets from a whole san-agent: an answer or the end of the connection, a count, and nobody else suffers.

Called with --program PATH [--seed N] [unittest arguments]; a random test that fails prints its seed.
"""

import argparse
import hashlib
import os
import random
import shutil
import struct
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "interop"))

import initiator as hand  # noqa: E402  the path comes first
from initiator import Initiator, text  # noqa: E402
from lib.process import Process, eventually, is_sanitized  # noqa: E402
from lib.status_page import StatusPage  # noqa: E402
from support.ports import free_port  # noqa: E402

OPEN, CHAP = "iqn.2001-04.com.example:open", "iqn.2001-04.com.example:chap"
AUTHENTICATION_FAILURE, TARGET_ERROR = 0x0201, 0x0300
SECRET, OWN_SECRET = b"initiator secret", b"secret of target"
chosen = argparse.Namespace(program="", seed=0)


class Agent:
    """san-agent with an open target and one that demands mutual CHAP, both of one LUN in memory."""

    def __init__(self, folder, **limits):
        self.folder, self.port, self.http = folder, free_port(), free_port()
        for name, secret in (("secret", SECRET), ("own", OWN_SECRET)):
            with open(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(secret)
        limits = {"login_time": '"1s"', "data_out_time": '"1s"', "logout_time": '"0s"',
                  "write_memory": '"64MiB"', **limits}
        lines = ["[state]", f'folder = "{folder}/state"', "[control]", "enabled = false", "[http]",
                 f"port = {self.http}", "[limits]", *(f"{name} = {value}" for name, value in limits.items()),
                 "[[portal]]", f'address = "127.0.0.1:{self.port}"', "[[unit]]", 'id = "disk"', 'store = "memory:16M"',
                 "max_nexuses = 4096"]
        for target, proof in ((OPEN, "none"), (CHAP, "mutual")):
            lines += ["[[target]]", f'name = "{target}"', "[[access]]", f'target = "{target}"', 'luns = ["0=disk"]',
                      f'authentication = "{proof}"', 'algorithms = ["MD5"]']
        lines += ["[[chap]]", 'name = "host"', f'secret = "{folder}/secret"', 'mutual_name = "disk"',
                  f'mutual_secret = "{folder}/own"']
        with open(f"{folder}/agent.toml", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        os.makedirs(f"{folder}/state", exist_ok=True)
        self.process = Process([chosen.program, "--config", f"{folder}/agent.toml"])
        eventually(self._listens, "the agent listens: " + self.process.output())

    def _listens(self):
        if not self.process.running():
            raise AssertionError(self.process.output())
        try:
            Initiator(self.port).close()
            return StatusPage(self.http).get("/metrics")[0] == 200
        except OSError:
            return False

    def metric(self, name):
        """The sum over all labels; one label set as it stands between braces behind the name."""
        total, found = 0.0, False
        for line in StatusPage(self.http).get("/metrics")[2].splitlines():
            if line.startswith((name + " ", name + "{")) or line.startswith(name) and name.endswith("}"):
                total, found = total + float(line.rsplit(" ", 1)[1]), True
        if not found:
            raise AssertionError(f"no metric {name}")
        return total

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) * 1024


class AbuseTest(unittest.TestCase):
    LIMITS = {}

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="abuse")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.agent = Agent(folder, **self.LIMITS)
        # Somebody who does nothing wrong: he goes on working through all of it.
        self.good = self.session(isid=60000)
        self.addCleanup(self.stop)

    def stop(self):
        self.assertTrue(self.agent.process.running(), self.agent.process.output())
        self.assertTrue(self.good.answered(), "the good session goes on working")
        status = self.agent.process.stop()
        self.assertEqual(status, 0, self.agent.process.output())

    def hand(self, **how):
        initiator = Initiator(self.agent.port, **how)
        self.addCleanup(initiator.close)
        return initiator

    def session(self, *pairs, isid=1, **how):
        initiator = self.hand(**how)
        initiator.isid = isid
        answer = initiator.login(OPEN, *pairs)
        self.assertIsNotNone(answer)
        self.assertEqual(answer.status, 0)
        return initiator

    def expect(self, initiator, opcode, tag=None):
        answer = initiator.receive()
        self.assertIsNotNone(answer, "the connection was closed")
        self.assertEqual(hex(answer.opcode), hex(opcode))
        if tag is not None:
            self.assertEqual(answer.tag, tag)
        return answer


class Logins(AbuseTest):
    LIMITS = {"logins_at_a_time": 40, "logins_of_an_address": 30}

    def test_a_slow_login_is_cut_at_its_deadline_and_counted(self):
        slow = self.hand()
        raw = slow.login_pdu(*slow.names(OPEN))
        # A byte now and then: without a deadline the whole of it is answered, and the connection stays.
        try:
            for byte in raw:
                slow.send(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass
        self.assertTrue(slow.closed())
        eventually(lambda: self.agent.metric('agent_budget_hits_total{budget="login_time"}') >= 1, "it is counted")

    def test_nobody_gets_in_without_his_proof_whatever_order_he_tries(self):
        attempts = (
            ("starts behind the security stage", dict(csg=1, nsg=3), []),
            ("starts in full feature phase", dict(csg=3, nsg=3), []),
            ("jumps from security to full feature", dict(csg=0, nsg=3), []),
            ("offers None", dict(csg=0, nsg=3), ["AuthMethod=None"]),
            ("offers None and CHAP", dict(csg=0, nsg=1), ["AuthMethod=None,CHAP"]),
            ("offers what there is not", dict(csg=0, nsg=1), ["AuthMethod=SRP,KRB5"]),
            ("goes to the reserved stage", dict(csg=2, nsg=3), []),
            ("goes backwards", dict(csg=1, nsg=0), []),
        )
        for what, stages, pairs in attempts:
            with self.subTest(what):
                stranger = self.hand()
                stranger.send(stranger.login_pdu(*stranger.names(CHAP), *pairs, **stages))
                for _ in range(4):
                    answer = stranger.receive()
                    if answer is None or answer.status != 0:
                        break
                    self.assertNotEqual(answer.flags & 0x83, 0x83, "he is in full feature phase")
                    stranger.send(stranger.login_pdu(csg=1, nsg=3))
                else:
                    self.fail("the login goes on for ever")
        sneak = self.hand()
        sneak.challenge(CHAP)
        sneak.send(sneak.login_pdu(csg=1, nsg=3))
        answer = sneak.receive()
        self.assertTrue(answer is None or answer.status != 0)
        self.assertEqual(self.agent.metric("agent_sessions_opened_total"), 1)
        self.assertGreaterEqual(self.agent.metric("agent_logins_refused_total"), len(attempts))

    def test_a_reflected_challenge_is_not_answered(self):
        first, second = self.hand(), self.hand()
        identifier, challenge = first.challenge(CHAP)
        second_identifier, second_challenge = second.challenge(CHAP)
        answer = first.response(identifier, SECRET, challenge)
        # He knows the secret, and wants the target's response to the target's own challenge.
        for reflected_id, reflected in ((identifier, challenge), (second_identifier, second_challenge)):
            mirror = self.hand()
            own_id, own = mirror.challenge(CHAP)
            mirror.send(mirror.login_pdu("CHAP_N=host", "CHAP_R=" + mirror.response(own_id, SECRET, own),
                                         f"CHAP_I={reflected_id}", "CHAP_C=0x" + reflected.hex(), csg=0, nsg=1))
            got = mirror.receive()
            self.assertIsNotNone(got)
            self.assertNotEqual(got.status, 0)
            self.assertNotIn("CHAP_R", got.pairs)
        # Whoever proves himself and asks for a proof gets in.
        first.send(first.login_pdu("CHAP_N=host", "CHAP_R=" + answer, "CHAP_I=7", "CHAP_C=0x" + "5a" * 16,
                                   csg=0, nsg=1))
        got = first.receive()
        self.assertEqual(got.status, 0)
        self.assertEqual(got.pairs["CHAP_R"], "0x" + hashlib.md5(b"\x07" + OWN_SECRET + b"\x5a" * 16).hexdigest())

    def proof(self, secret):
        """The status of a login with that secret."""
        stranger = self.hand()
        identifier, challenge = stranger.challenge(CHAP)
        stranger.send(stranger.login_pdu("CHAP_N=host", "CHAP_R=" + stranger.response(identifier, secret, challenge),
                                         "CHAP_I=7", "CHAP_C=0x" + "5a" * 16, csg=0, nsg=1))
        status = stranger.receive().status
        stranger.close()
        return status

    def test_who_guesses_secrets_is_not_looked_at_any_more_for_a_while(self):
        begun = time.monotonic()
        guesses = [self.proof(b"a guess of 16 by") for _ in range(400)]
        seconds = time.monotonic() - begun
        self.assertEqual(set(guesses), {AUTHENTICATION_FAILURE, TARGET_ERROR})
        self.assertLessEqual(guesses.count(AUTHENTICATION_FAILURE), 100 + 10 * (seconds + 1))  # at once, and a second
        hits = 'agent_budget_hits_total{budget="failed_logins"}'
        self.assertEqual(self.agent.metric(hits), guesses.count(TARGET_ERROR))
        # Nothing is learnt meanwhile; soon who knows the secret gets in.
        eventually(lambda: self.proof(SECRET) == 0, "the right secret gets in")

    def test_a_huge_login_text_ends(self):
        greedy = self.hand()
        greedy.send(greedy.login_pdu(*greedy.names(OPEN), csg=1, nsg=0, flags=0x44))
        for _ in range(40):
            raw = greedy.login_pdu("X-" + "k" * 50 + "=" + "v" * 7000, csg=1, nsg=0, flags=0x44)
            try:
                greedy.send(raw)
            except OSError:
                break
        self.assertTrue(greedy.closed())


class Floods(AbuseTest):
    # Whoever is here when the last connection is looked at must still have time.
    LIMITS = {**Logins.LIMITS, "login_time": '"60s"'}

    def test_half_open_floods_are_bounded_and_the_oldest_goes(self):
        refused = [self.hand() for _ in range(35)]
        others = [self.hand(source=f"127.0.0.{2 + i % 5}") for i in range(60)]
        hits = 'agent_budget_hits_total{budget="logins_at_a_time"}'
        eventually(lambda: self.agent.metric(hits) >= 35, "it is counted")
        self.assertTrue(refused[34].closed())  # the new one of an address that has too many
        self.assertTrue(refused[0].closed())   # the oldest of all
        newcomer = self.hand(source="127.0.0.9")
        self.assertEqual(newcomer.login(OPEN).status, 0)
        others[-1].socket.settimeout(0.05)
        self.assertFalse(others[-1].closed())


class Sessions(AbuseTest):
    LIMITS = {"sessions_per_initiator": 4000}

    def test_who_asks_for_writes_and_sends_no_data_is_closed_though_he_pings(self):
        abuser = self.session()
        self.assertTrue(abuser.ready())
        for tag in range(1, 31):
            abuser.send(abuser.write(tag, 2048))
        begun = time.monotonic()
        try:
            while time.monotonic() - begun < 30:
                abuser.send(abuser.ping(0x900))
                time.sleep(0.1)
                self.good.send(self.good.write(7, 1, data=bytes(512)))
                self.expect(self.good, hand.RESPONSE, 7)
            self.fail("he is still there")
        except OSError:
            pass
        self.assertGreaterEqual(self.agent.metric("agent_connection_faults_total"), 1)
        self.good.send(self.good.write(8, 1, data=bytes(512)))
        self.assertEqual(self.expect(self.good, hand.RESPONSE, 8).status, 0)

    def test_a_peer_that_does_not_read_holds_little_and_loses_nothing(self):
        deaf = self.session("MaxRecvDataSegmentLength=65536", receive_buffer=16384)
        self.assertTrue(deaf.ready())
        before = self.agent.memory()
        for tag in range(1, 101):
            deaf.send(deaf.read(tag, 1024))
        self.assertTrue(self.good.ready())
        if not is_sanitized(chosen.program):
            self.assertLess(self.agent.memory() - before, 24 << 20)  # of 50 MiB that he asked for
        received = {tag: 0 for tag in range(1, 101)}
        done = 0
        while done < 100:
            pdu = deaf.receive()
            self.assertIsNotNone(pdu)
            received[pdu.tag] += len(pdu.data)
            done += 1 if pdu.flags & 1 else 0
        self.assertEqual(set(received.values()), {1024 * 512})

    def test_a_peer_that_logs_out_and_does_not_read_is_gone_soon(self):
        for isid in range(2, 12):
            deaf = self.session("MaxRecvDataSegmentLength=262144", isid=isid, receive_buffer=16384)
            self.assertTrue(deaf.ready())
            raw = b"".join(deaf.read(tag, 1024) for tag in range(1, 4))
            deaf.send(raw + deaf.pdu(hand.LOGOUT | hand.IMMEDIATE, 0x80, 99, w24=deaf.cmd_sn, w28=deaf.exp_stat_sn))
        eventually(lambda: self.agent.metric("agent_connections_open") <= 1, "they are gone", patience=8)

    def test_a_flood_of_empty_data_ends_its_write_and_nothing_else(self):
        flooder = self.session()
        self.assertTrue(flooder.ready())
        flooder.send(flooder.write(1, 8))
        r2t = self.expect(flooder, hand.R2T, 1)
        # At once: who sends his data slowly is closed for that.
        flooder.send(b"".join(
            flooder.data_out(1, r2t.transfer_tag, b"", data_sn=number, final=number == 5000) for number in range(5001)))
        rejects = 0
        while (answer := flooder.receive()).opcode == hand.REJECT:
            rejects += 1
        self.assertEqual((answer.opcode, answer.status), (hand.RESPONSE, 2))
        self.assertGreater(rejects, 0)
        self.assertEqual(self.agent.metric("agent_rejects_total"), rejects)
        self.assertTrue(flooder.ready())

    def test_data_beyond_the_r2t_is_not_written(self):
        writer = self.session()
        self.assertTrue(writer.ready())
        for offset, size in ((0, 1024), (512, 512), (4096, 512), (0xfffffe00, 512)):
            with self.subTest(offset=offset, size=size):
                writer.send(writer.write(1, 1, lba=10))
                r2t = self.expect(writer, hand.R2T, 1)
                writer.send(writer.data_out(1, r2t.transfer_tag, b"\xee" * size, offset=offset))
                answer = writer.receive()
                while answer.opcode == hand.REJECT:
                    answer = writer.receive()
                self.assertEqual((answer.opcode, answer.status), (hand.RESPONSE, 2))
        writer.send(writer.read(2, 4, lba=9))
        self.assertEqual(self.expect(writer, hand.DATA_IN, 2).data, bytes(2048))

    def test_a_bidirectional_command_is_answered(self):
        both = self.session()
        self.assertTrue(both.ready())
        both.send(both.command(1, bytes([0x53, 0, 0, 0, 0, 0, 0, 0, 1]), 512, flags=0xe1, data=bytes(512),
                               ahs=struct.pack(">HBBI", 5, 2, 0, 512)))
        answer = self.expect(both, hand.RESPONSE, 1)
        self.assertEqual(answer.status, 2)
        self.assertTrue(both.ready())

    def test_a_huge_text_is_rejected(self):
        talker = self.session()
        for number in range(40):
            talker.send(talker.pdu(hand.TEXT | hand.IMMEDIATE, 0x40, 5, b"x" * 8000,
                                   w20=hand.RESERVED if number == 0 else 1, w24=talker.cmd_sn))
            answer = talker.receive()
            if answer.opcode == hand.REJECT:
                break
        self.assertEqual((answer.opcode, answer.header[2]), (hand.REJECT, 4))
        self.assertTrue(talker.ready())

    def test_a_cold_reset_ends_all_sessions_and_new_ones_begin(self):
        resetter = self.session()
        self.assertTrue(resetter.ready())
        resetter.send(resetter.pdu(hand.TASK | hand.IMMEDIATE, 0x87, 1, w20=hand.RESERVED, w24=resetter.cmd_sn))
        self.assertEqual(self.expect(resetter, hand.TASK_RESPONSE, 1).status, 0)
        eventually(lambda: self.agent.metric("agent_connections_open") == 0, "all are closed")
        self.assertTrue(self.session().ready())
        self.good.close()
        self.good = Initiator(self.agent.port)  # not by hand(): it would be closed before stop() asks
        self.good.isid = 60000
        self.assertEqual(self.good.login(OPEN).status, 0)

    def test_random_changes_of_good_pdus_break_nothing(self):
        seed = chosen.seed or random.SystemRandom().randrange(1, 1 << 31)
        chance = random.Random(seed)
        with self.subTest(seed=seed):
            end = time.monotonic() + 4
            isid = 100
            before = None
            while time.monotonic() < end:
                isid += 1
                wild = self.session(isid=chance.choice((isid, 100)))
                wild.socket.settimeout(1.0)
                try:
                    for tag in range(1, 60):
                        raw = bytearray(chance.choice((
                            lambda: wild.read(tag, chance.randrange(64), chance.randrange(100)),
                            lambda: wild.write(tag, 2, 20, data=bytes(1024)),
                            lambda: wild.write(tag, 8, 20),
                            lambda: wild.ping(tag),
                            lambda: wild.data_out(tag - 1, chance.randrange(4), bytes(512)),
                            lambda: wild.pdu(hand.TASK | hand.IMMEDIATE, 0x80 | chance.randrange(1, 9), tag,
                                             w20=tag - 1, w24=wild.cmd_sn, w32=wild.cmd_sn - 1),
                            lambda: wild.pdu(hand.TEXT | hand.IMMEDIATE, 0x80, tag, text("SendTargets="),
                                             w20=hand.RESERVED, w24=wild.cmd_sn),
                            lambda: wild.command(tag, chance.randbytes(16), 4096, read=True),
                        ))())
                        for _ in range(chance.choice((0, 1, 1, 2, 5))):
                            raw[chance.randrange(min(len(raw), 48))] = chance.choice((0, 1, 0x7f, 0x80, 0xff,
                                                                                    chance.randrange(256)))
                        if raw[0] & 0x3f == hand.TASK and raw[1] & 0x7f == 7:
                            continue  # TARGET COLD RESET ends the good session, and rightly so
                        wild.send(bytes(raw))
                except OSError:
                    pass
                wild.close()
                self.assertTrue(self.agent.process.running(), self.agent.process.output())
                if before is None and isid > 130:
                    before = self.agent.memory()
            if before is not None and not is_sanitized(chosen.program):
                self.assertLess(self.agent.memory() - before, 64 << 20)


class Crowd(AbuseTest):
    LIMITS = {"login_time": '"10s"', "logins_of_an_address": 3000, "logins_at_a_time": 3000,
              "sessions_per_initiator": 3000}
    COUNT = 2000

    def test_two_thousand_idle_sessions_cost_little_and_their_end_frees_it(self):
        import resource
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 2 * self.COUNT:
            self.skipTest("too few descriptors")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        before = self.agent.memory()
        crowd = []
        for number in range(self.COUNT):
            one = self.hand()
            one.isid = 1000 + number
            one.send(one.login_pdu(*one.names(OPEN)))
            crowd.append(one)
        for one in crowd:
            self.assertEqual(one.receive().status, 0)
        self.assertEqual(self.agent.metric('agent_sessions{kind="normal"}'), self.COUNT + 1)
        self.assertTrue(self.good.ready())
        if not is_sanitized(chosen.program):
            eventually(lambda: (self.agent.memory() - before) / self.COUNT < 16384, "16 KiB for each", patience=5)
        for one in crowd:
            one.close()
        eventually(lambda: self.agent.metric("agent_connections_open") <= 1, "they are gone")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="san-agent")
    parser.add_argument("--seed", type=int, default=0, help="what a failing run printed; 0: a new one")
    _, rest = parser.parse_known_args(namespace=chosen)
    if not os.access(chosen.program, os.X_OK):
        sys.exit(f"there is no program {chosen.program!r}: name it by --program")
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest])


if __name__ == "__main__":
    main()
