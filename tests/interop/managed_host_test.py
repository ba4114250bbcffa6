#!/usr/bin/env python3
"""A host and its storage, both agents of one management server: a change set gives the disk and takes it away, both ends
tell of it, and CHAP comes from the server, is changed by it, and no disk notices.
"""

import os
import shutil
import sqlite3
import subprocess

from lib import case
from lib.agent_case import HOST
from lib.host_agent import HostAgent
from lib.process import eventually
from lib.san_agent import TARGET
from lib.secret_scan import assert_not_in_files, assert_nowhere
from managed_agent_test import ManagedCase


class ManagedHostCase(ManagedCase):
    def setUp(self):
        super().setUp()
        self.joined()
        self.join_host()

    def register_host(self):
        self.host = HostAgent(self, case.agent(), [self.server.port], HOST, entity="host1")
        self.capture.ports.add(self.host.notice_port)
        self.host.start()
        self.host.told("event=registered ")

    def join_host(self):
        token = self.invite("web1", "host1", (HOST,))["token"]
        done = self.sanctl("join", "--server", f"127.0.0.1:{self.port}", typed=token + "\n",
                           at=f"{self.host.folder}/agent.sock")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.host.told("event=state-applied")

    def disk(self):
        [disk] = self.host.comes_to_have(1)
        return disk

    def load(self, device):
        """Writes that go on until they are stopped, and end where one fails."""
        process = subprocess.Popen(["qemu-img", "bench", "-f", "raw", "-w", "-t", "none", "-c", "100000000", "-d", "8",
                                    "-s", "4096", f"nbd+unix:///?socket={device}"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: self.host.disks()[0]["clients"], "it has begun")
        return process

    def sessions(self):
        return self.ask("/sessions")["items"]

    def session_told(self, so):
        """The session of the pair, when `so` says so of it."""
        def seen():
            return next((one for one in self.sessions() if so(one)), None)
        return eventually(seen, lambda: str(self.sessions()))


class Changes(ManagedHostCase):
    def test_a_change_set_gives_the_disk_and_its_rollback_takes_it_away(self):
        self.assertEqual(self.host.disks(), [])
        path = self.zone_and_map()
        disk = self.disk()
        self.assertEqual((disk["target"], disk["unit"], disk["lun"]), (TARGET, self.unit, self.agent.setup.first_lun))
        load = self.load(disk["device"])
        self.ask(path + "/rollback", "POST", {"reason": "it was a test"})
        self.assertNotEqual(load.wait(timeout=30), 0, "its writes fail")
        self.host.comes_to_have_none()
        self.host.told("event=host-disk-gone")
        eventually(lambda: not self.sessions(), lambda: f"no session is left: {self.sessions()}")

    def test_both_ends_tell_of_the_session(self):
        path = self.zone_and_map()
        self.disk()
        eventually(lambda: self.cell()["observed"], lambda: str(self.cell()))
        seen = self.session_told(lambda one: one["units"])
        self.assertEqual(seen["units"], [f"logical-unit:{self.unit}"], seen)
        # By the host's word alone, too.
        self.ask(path + "/confirm", "POST")
        self.agent.process.kill()
        self.agent.start()
        eventually(lambda: self.cell()["observed"], lambda: str(self.cell()))

    def test_a_read_only_map_is_a_read_only_disk(self):
        self.zone_and_map("read-only")
        disk = self.disk()
        done = subprocess.run(["qemu-io", "-f", "raw", "-c", "write 0 64k", f"nbd+unix:///?socket={disk['device']}"],
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertNotIn("wrote", done.stdout, done)


class NamedServers(ManagedHostCase):
    """A host that looks for no name server itself: it knows the one of its desired state."""

    def register_host(self):
        self.host = HostAgent(self, case.agent(), [], HOST, entity="host1")
        self.capture.ports.add(self.host.notice_port)
        self.host.start()

    def known(self):
        return self.host.ask("status")["name_servers"]

    def test_it_gets_its_disk_by_it_and_keeps_it_when_it_is_named_no_more(self):
        self.host.told("event=name-servers-not-named")
        self.assertEqual(self.known(), [])
        named = f"127.0.0.1:{self.server.port}"
        self.restart(**{"agents.name_servers": [named]})
        self.host.told(f"event=name-servers-named .*{named}")
        self.host.told("event=registered ")
        self.assertEqual(self.known(), [f"{named} (management server)"])
        path = self.zone_and_map()
        disk = self.disk()
        self.ask(path + "/confirm", "POST")
        # It begins anew with neither of the two there, as after a power cut, and finds its disk by what it has kept.
        self.server.stop()
        self.host.process.kill()
        self.host.start_agent()
        self.assertEqual(self.known(), [f"{named} (management server)"])
        self.server.start()
        self.host.told("event=registered ")
        self.assertEqual([one["device"] for one in self.host.comes_to_have(1)], [disk["device"]])
        # Without a name server it asks nobody which targets it has, and takes nothing away.
        load = self.load(disk["device"])
        self.restart(**{"agents.name_servers": []})
        self.host.told("event=name-servers-not-named")
        self.assertEqual(self.known(), [])
        self.assertIsNone(load.poll(), "no I/O error")
        self.assertEqual([one["device"] for one in self.host.attached()], [disk["device"]])


class Drains(ManagedHostCase):
    """What a change set takes away stays, to be read, until its time; the host is told."""

    def setUp(self):
        super().setUp()
        self.ask(self.zone_and_map() + "/confirm", "POST")
        self.device = self.disk()["device"]

    def drain(self, edits, seconds=600):
        """Committed and confirmed; the path of the change set, and of the one that takes away."""
        change = self.ask("/changes", "POST", {"title": "a drain", "edits": edits, "drain": seconds})
        path = f"/changes/{change['id']}"
        impact = self.ask(path + "/impact")
        self.assertEqual(impact["drain"]["leaving_count"], 1, impact)
        self.assertEqual((impact["drain"]["now"]["cells"]["lost"], impact["drain"]["later"]["cells"]["lost"]), (0, 1))
        change = self.ask(path + "/submit", "POST", {"version": change["version"], "reason": "the disk is retired"})
        self.ask(path + "/commit", "POST", {"version": change["version"], "reason": "its users know"})
        eventually(lambda: self.ask(path)["state"] == "confirming", lambda: f"it is carried out: {self.ask(path)}")
        self.ask(path + "/confirm", "POST")
        later = next(one for one in self.ask("/changes?state=waiting")["items"] if one["drains"] == change["id"])
        self.assertEqual((later["origin"], later["due_at"]), ("drain", self.ask(path)["due_at"]))
        return path, f"/changes/{later['id']}"

    def unzone(self):
        return [{"op": "remove", "object": "domain:zone1", "field": "nodes", "value": f"node:{HOST}"}]

    def io(self, command, *more):
        return subprocess.run(["qemu-io", "-f", "raw", *more, "-c", command, f"nbd+unix:///?socket={self.device}"],
                              capture_output=True, text=True, timeout=30, check=False)

    def it_becomes_due(self):
        """Its time comes while the server is dead."""
        self.server.process.kill()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:
            self.assertEqual(store.execute("UPDATE change_draft SET due_at = 1 WHERE state = 8").rowcount, 1)
        store.close()
        self.server.start()
        self.find_port()
        self.log_in()

    def test_the_host_is_told_writes_fail_and_then_the_disk_goes(self):
        self.assertIn("wrote", self.io("write 8M 64k").stdout)
        load = self.load(self.device)
        _, later = self.drain(self.unzone())
        said = self.host.told(r"event=host-disk-leaves .*leaves_at=(\S+)")
        self.host.told("event=host-disk-protected")
        shown = self.sanctl("disks", at=f"{self.host.folder}/agent.sock").stdout
        self.assertIn("Leaves at", shown)
        self.assertIn(said[1].strip('"')[:16], shown)
        self.assertNotEqual(load.wait(timeout=30), 0, "writes that are on their way fail")
        self.assertNotIn("wrote", self.io("write 8M 64k").stdout)
        self.assertIn("read 65536", self.io("read 8M 64k", "-r").stdout)
        self.assertEqual(len(self.host.disks()), 1)
        self.it_becomes_due()
        eventually(lambda: self.ask(later)["state"] == "confirmed", lambda: str(self.ask(later)))
        self.host.comes_to_have_none()
        self.host.told("event=host-disk-gone")
        self.assertNotIn("host-disk-stays", self.host.process.output())
        records = [one for one in self.records("change.commit") if one["object"] == f"change-set:#{later.rsplit('/')[-1]}"]
        self.assertEqual([(one["actor"], one["details"]["lost"]) for one in records], [("isns-server", "1")])

    def test_a_rollback_gives_it_back_to_write(self):
        path, later = self.drain(self.unzone())
        self.host.told("event=host-disk-protected")
        back = self.ask(path + "/rollback", "POST", {"reason": "not yet"})
        way = f"/changes/{back['id']}"
        back = self.ask(way + "/submit", "POST", {"version": back["version"], "reason": "not yet"})
        self.ask(way + "/commit", "POST", {"version": back["version"], "reason": "not yet"})
        self.host.told("event=host-disk-stays")
        self.host.told("event=host-disk-unprotected")
        eventually(lambda: "wrote" in self.io("write -P 8 0 64k").stdout, lambda: str(self.io("write -P 8 0 64k")))
        self.assertEqual(self.ask(later)["state"], "discarded")

    def test_bounds_are_told_with_their_place(self):
        for wrong in (1, 59, 604801, "10m"):
            body = {"title": "x", "edits": [], "drain": wrong}
            status, problem, _ = self.admin.call("POST", "/changes", body, self.token)
            self.assertEqual((status, problem["pointer"]), (422, "/drain"), problem)


class Probes(ManagedHostCase):
    def setUp(self):
        super().setUp()
        plain = "[host]\nenabled = true\n"
        self.assertIn(plain, self.host.configuration)
        self.host.configuration = self.host.configuration.replace(plain, plain + 'probe_every = "1s"\n')
        self.restart_host()

    def restart_host(self):
        """It is told at once what to try."""
        self.host.process.kill()
        self.host.start_agent()
        self.host.told("event=registered ")

    def met(self):
        return [(one["initiator"], one["target"], one["outcome"], one["expected"]) for one in self.ask("/probes")["items"]]

    def comes_to_meet(self, outcome, expected):
        wanted = [(f"node:{HOST}", f"node:{TARGET}", outcome, expected)]
        eventually(lambda: self.met() == wanted,
                   lambda: f"{self.met()}\n{self.host.process.output()}\n{self.agent.process.output()}")

    def findings(self):
        return [one for one in self.ask("/findings")["findings"] if "got in" in one["text"]]

    def test_who_is_not_zoned_is_refused_and_that_is_no_alarm(self):
        self.comes_to_meet("refused", "no")
        self.agent.told(f"event=probe-refused .*{HOST}")
        self.assertNotIn("event=login-refused", self.agent.process.output())
        eventually(lambda: self.records("target.probed"), "it is in the audit log")
        self.assertEqual(self.records("target.refused"), [])
        self.assertEqual(self.findings(), [])
        shown = self.sanctl("probes", at=f"{self.host.folder}/agent.sock")
        self.assertRegex(shown.stdout, rf"{TARGET} +refused +refused")
        self.assertEqual(self.host.disks(), [], "nothing is attached")

    def test_a_refused_login_that_is_no_probe_is_an_alarm(self):
        stranger = HOST + ".stranger"
        subprocess.run([case.sanctl(), "iscsi", "inquiry", self.agent.setup.url(), "--initiator", stranger],
                       capture_output=True, timeout=60, check=False)
        eventually(lambda: [one["actor"] for one in self.records("target.refused")] == [stranger],
                   lambda: str(self.records("target.refused")))

    def test_who_is_zoned_gets_in_and_is_shown_its_units(self):
        self.zone_and_map()
        self.restart_host()
        self.comes_to_meet("in", "yes")
        eventually(lambda: self.ask("/probes")["items"][0]["units"] == [f"logical-unit:{self.unit}"],
                   lambda: str(self.ask("/probes")))
        self.assertEqual(self.findings(), [])
        why = str(self.ask(f"/why?host={HOST}&unit={self.unit}"))
        self.assertIn("A probe of the host's agent got in, and was shown 1 of the logical units", why)

    def test_who_gets_in_all_the_same_is_a_finding_until_he_does_not(self):
        self.comes_to_meet("refused", "no")
        done = self.sanctl("map", TARGET, "unit0", "--lun", str(self.agent.setup.first_lun), "--initiator", HOST,
                           "--authentication", "none", "--break-glass", "a test")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.comes_to_meet("in", "no")
        [finding] = eventually(self.findings, lambda: str(self.ask("/findings")))
        self.assertEqual((finding["rule"], finding["severity"]), ("R23", "high"), finding)
        self.host.told("event=probe-against-reach")
        self.assertEqual(self.sanctl("break-glass", "end", TARGET, "--yes").returncode, 0)
        self.comes_to_meet("refused", "no")
        eventually(lambda: not self.findings(), lambda: str(self.findings()))


class HeldDisks(ManagedHostCase):
    """A disk that is taken away while somebody at the host uses it: the server says so until it is gone."""

    def setUp(self):
        super().setUp()
        path = self.zone_and_map()
        self.use = subprocess.Popen(["qemu-io", "-f", "raw", f"nbd+unix:///?socket={self.disk()['device']}"],
                                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.use.wait)
        self.addCleanup(self.use.kill)
        eventually(lambda: self.host.disks()[0]["clients"], "it is open")
        self.assertEqual((self.held(), self.findings()), ([], []))
        self.ask(path + "/rollback", "POST", {"reason": "the wrong host"})
        self.host.told("event=host-disk-in-use")
        self.comes_to_be_held()

    def held(self):
        return self.ask("/held-disks")["items"]

    def findings(self):
        return [one for one in self.ask("/findings")["findings"] if "still uses" in one["text"]]

    def comes_to_be_held(self):
        return eventually(self.held, lambda: f"{self.host.ask('disks')}\n{self.host.process.output()}")

    def grave(self):
        """The finding, once the storage has told, too, that the map has gone."""
        return eventually(lambda: next((one for one in self.findings() if one["severity"] == "high"), None),
                          lambda: str(self.findings()))

    def is_held_no_more(self):
        eventually(lambda: not self.held() and not self.findings(), lambda: f"{self.held()}\n{self.findings()}")

    def test_the_server_says_so_until_the_disk_is_gone(self):
        [held] = self.held()
        self.assertEqual((held["initiator"], held["target"], held["lun"], held["unit"], held["reason"]),
                         (f"node:{HOST}", TARGET, self.agent.setup.first_lun, self.unit, "open in 1 NBD client"))
        finding = self.grave()
        self.assertEqual((finding["rule"], finding["count"], finding["objects"]),
                         ("R23", 1, [f"logical-unit:{self.unit}"]))
        self.assertRegex(finding["text"], rf" still uses {self.unit}, which it may not reach any more: open in 1 NBD client")
        self.use.kill()
        self.host.told("event=host-disk-gone")
        self.is_held_no_more()
        self.host.comes_to_have_none()

    def test_a_server_and_a_host_that_begin_anew_say_so_again(self):
        self.server.process.kill()
        self.server.start()
        self.find_port()
        self.log_in()
        [first] = self.comes_to_be_held()
        since = self.grave()["since"]
        self.host.process.kill()
        self.host.start_agent()
        self.host.told("event=management-linked")
        self.assertEqual(self.held(), [first], "nobody has said that it is held no more")
        self.host.told("event=host-disk-in-use")
        self.assertEqual(self.held(), [first], "nobody has said that it is held no more")
        more = subprocess.Popen(["qemu-io", "-f", "raw", f"nbd+unix:///?socket={self.host.disks()[0]['device']}"],
                                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(more.wait)
        self.addCleanup(more.kill)
        second = eventually(lambda: next((one for one in self.held() if "2 NBD" in one["reason"]), None),
                            lambda: str(self.held()))
        self.assertEqual((second["ref"], second["since"]), (first["ref"], first["since"]))
        self.assertEqual(self.grave()["since"], since)

    def test_a_host_that_begins_anew_without_the_disk_holds_none(self):
        """As after a crash of its machine: nothing is left that could say that the disk has gone."""
        self.host.end()
        eventually(lambda: not self.host.disk_processes(), "its disks have ended")
        shutil.rmtree(self.host.attach_folder)
        self.host.start()
        self.is_held_no_more()

    def test_a_disk_that_is_given_again_is_held_no_more(self):
        self.zone_and_map()
        self.host.comes_to_have(1)
        self.is_held_no_more()
        self.assertIsNone(self.use.poll())


class Chap(ManagedHostCase):
    def setUp(self):
        super().setUp()
        self.zone_and_map()
        self.device = self.disk()["device"]
        self.secrets = set()

    def make(self, **more):
        number = self.ask("/chap", "POST", {"initiator": HOST, "target": TARGET, **more})["credential"]["id"]
        self.becomes(number, lambda chap: [end["holds"] for end in chap["ends"]] == ["yes", "yes"])
        return number

    def becomes(self, number, so):
        def seen():
            chap = self.ask(f"/chap/{number}")
            return chap if so(chap) else None
        return eventually(seen, lambda: f"{self.ask(f'/chap/{number}')}\n{self.host.process.output()}\n"
                                        f"{self.agent.process.output()}")

    def proven(self, number, proof):
        self.becomes(number, lambda chap: chap["proven_at"] > 0)
        self.session_told(lambda one: one["proof"] == proof)

    def planted(self):
        """A secret that a person brings, so that a test knows what to look for."""
        secret = os.urandom(16).hex()
        self.secrets.add(secret)
        return secret

    def assert_hidden(self):
        """No secret stands in a log, a status, an argument, an environment or a file of the agents."""
        for where, text, known in (
                ("log of the host", "\n".join(self.host.process.lines), "event=started"),
                ("log of the helper", self.host.helper.output(), "event=attach-ready"),
                ("log of the storage", "\n".join(self.agent.process.lines), "event=started"),
                ("disks", str(self.host.ask("disks")), TARGET), ("status", str(self.host.ask("status")), "state_folder")):
            assert_nowhere(self, where, text, self.secrets, known)
        disks = self.host.disk_processes()
        self.assertTrue(disks, "a disk has a process")
        agents = {pid: "--config" for pid in (self.host.process.pid, self.agent.process.pid)}
        for pid, option in (agents | {pid: "--control" for pid in disks.values()}).items():
            for name, known in (("cmdline", option), ("environ", "PATH=")):
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    assert_nowhere(self, f"{name} of {pid}", file.read(), self.secrets, known)
        for folder in (self.host.folder, self.agent.folder):
            scanned = assert_not_in_files(self, folder, self.secrets)
            self.assertTrue(any("desired.sealed" in path for path in scanned), "the state is among them")

    def test_a_credential_is_what_the_host_logs_in_with_and_its_rotation_is_not_noticed(self):
        load = self.load(self.device)
        number = self.make(secret=self.planted())
        self.proven(number, "chap")
        self.rotate(number, load, secret=self.planted())

    def test_mutual_too(self):
        load = self.load(self.device)
        number = self.make(mutual=True, secret=self.planted(), mutual_secret=self.planted())
        self.proven(number, "mutual-chap")
        self.rotate(number, load, secret=self.planted(), mutual_secret=self.planted())
        self.session_told(lambda one: one["proof"] == "mutual-chap")

    def rotate(self, number, load, **secrets):
        """To its end, which logins of the two agents prove; again after both began anew."""
        self.ask(f"/chap/{number}/rotate", "POST", {"action": "rotate", "reason": "once a year", **secrets})
        self.becomes(number, lambda chap: (chap["version"], chap["phase"]) == (2, "settled"))
        self.assertIsNone(load.poll(), "no I/O error")
        self.assertEqual(self.disk()["device"], self.device)
        self.assertFalse([line for line in self.host.process.lines if "host-disk-gone" in line or "lost" in line])
        # The disk has the new one, too: it logs in after its target began anew.
        self.agent.process.kill()
        so_far = len(self.host.process.lines)
        self.agent.start()
        self.host.told("event=target-watched", so_far)
        eventually(lambda: [path["state"] for path in self.disk()["paths"]] == ["up"], lambda: str(self.host.disks()))
        self.assertIsNone(load.poll(), "no I/O error")
        self.assert_hidden()

    def test_one_that_the_target_alone_has_is_trouble_that_says_so(self):
        """The host has left management: it has none."""
        load = self.load(self.device)
        number = self.make(secret=self.planted())
        self.proven(number, "chap")
        so_far = len(self.host.process.lines)
        self.demand_chap()
        done = self.sanctl("leave", "--yes", at=f"{self.host.folder}/agent.sock")
        self.assertEqual(done.returncode, 0, done.stderr)
        why = self.host.told(r"event=target-trouble .*why=(.*refused.*)", so_far)[1]
        self.assertRegex(why, r"refused \(without CHAP\): Authentication failure")
        self.assertIsNone(load.poll(), "whoever is in stays in")

    def demand_chap(self):
        path = self.committed([{"op": "set", "object": f"node:{TARGET}", "field": "chap", "value": "one-way"}])
        self.ask(path + "/confirm", "POST")

    def test_one_that_the_host_alone_has_is_trouble_that_says_so(self):
        """The server names a credential to the host; the target was started without management."""
        number = self.make(mutual=True, secret=self.planted(), mutual_secret=self.planted())
        self.proven(number, "mutual-chap")
        so_far = len(self.host.process.lines)
        self.assertEqual(self.sanctl("leave", "--yes").returncode, 0)
        self.agent.process.kill()
        self.agent.start()
        self.host.told(r"event=target-trouble .*why=.*refused \(by mutual CHAP as .*\): Authentication failure", so_far)


if __name__ == "__main__":
    case.main("openssl", "qemu-io", "qemu-img", uses_sanctl=True, uses_agent=True)
