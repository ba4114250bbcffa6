#!/usr/bin/env python3
"""Names and EIDs of enrolled agents are accepted only from the addresses that each agent reports: strangers who say that
they are one, an agent that moves, a restart, a revocation.
"""

import os
import signal
import subprocess

from lib import case, pdu
from lib.agent_case import DISK, HOST, AgentApiTest, registration
from lib.pdu import tlv
from lib.process import eventually
from lib.san_agent import TARGET
from managed_agent_test import ENTITY, ManagedCase

REFUSED = 8
HERE, STRANGE = "127.0.0.12", "127.0.0.66"


def tries(client, name, eid):
    """What somebody gets who says that he is `name` of the entity: a status for each kind of request."""
    named = tlv(pdu.NAME, name)
    return {
        "query": client.call(pdu.DEV_ATTR_QRY, named, named, source=name).status,
        "next": client.call(pdu.DEV_GET_NEXT, tlv(pdu.NAME), tlv(pdu.NAME), source=name).status,
        "register": client.call(pdu.DEV_ATTR_REG, tlv(pdu.EID, eid), registration(eid, "127.0.0.66", name, pdu.TARGET),
                                source=name).status,
        "notices": client.call(pdu.SCN_DEREG, named, b"", source=name).status,
        "deregister-node": client.call(pdu.DEV_DEREG, b"", named, source=name).status,
        "deregister": client.call(pdu.DEV_DEREG, b"", tlv(pdu.EID, eid), source=name).status,
    }


class NamesCase(AgentApiTest):
    def assert_refused(self, local, name=DISK, eid="disk1"):
        got = tries(self.raw(local=local), name, eid)
        self.assertEqual(set(got.values()), {REFUSED}, got)

    def answered(self, local, name=DISK):
        """Whether the name is accepted from there."""
        status = self.raw(name, local).call(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, name), tlv(pdu.NAME)).status
        self.assertIn(status, (0, REFUSED))
        return status == 0

    def told(self, pattern):
        self.server.process.expect(pattern)


class Names(NamesCase):
    def setUp(self):
        super().setUp()
        self.register()
        self.agent = self.enrolled()
        self.agent.local = HERE

    def report(self, *addresses, **more):
        status, receipt = self.agent.report(**self.full(1), addresses=list(addresses), **more)
        self.assertEqual((status, receipt["taken"]), (200, True), receipt)

    def test_a_stranger_who_says_that_he_is_the_disk_gets_nothing_and_is_told_of(self):
        self.assertTrue(self.answered(STRANGE), "the agent has not told where it is")
        self.report(HERE)
        self.assert_refused(STRANGE)
        self.told(r'"id": ?"ISNS-3007"[^\n]*"peer": ?"127\.0\.0\.66"')
        eventually(lambda: [one["origin"] for one in self.records("isns.refused")][:1] == [STRANGE], "it is recorded")
        self.assertTrue(self.answered(HERE))
        # Nor does somebody register the name or the entity as his own when the agent is away.
        self.raw(DISK, HERE).ok(pdu.DEV_DEREG, b"", tlv(pdu.EID, "disk1"))
        self.assert_refused(STRANGE)
        evil = self.raw("iqn.2024-01.org.example:evil", STRANGE)
        for payload in (registration("disk1", STRANGE, evil.source, pdu.TARGET),
                        registration("evil", STRANGE, evil.source, pdu.TARGET) + tlv(pdu.NAME, DISK)):
            self.assertEqual(evil.call(pdu.DEV_ATTR_REG, b"", payload).status, REFUSED)
        self.raw(DISK, HERE).ok(pdu.DEV_ATTR_REG, b"", registration("disk1", HERE, DISK, pdu.TARGET))
        # Others are as they were, and a control node has its own rule.
        self.assertTrue(self.answered(STRANGE, HOST))
        self.raw(local=STRANGE).ok(pdu.DEV_DEREG, b"", tlv(pdu.NAME, DISK))

    def test_who_moves_is_accepted_from_where_it_reports(self):
        self.report(HERE)
        self.agent.close()
        self.agent.local = "127.0.0.13"
        self.assertFalse(self.answered("127.0.0.13"))
        self.agent.desired()
        eventually(lambda: self.answered("127.0.0.13"), "the address of any request is enough")
        self.report("127.0.0.14")
        self.assertEqual([self.answered(one) for one in (HERE, "127.0.0.13", "127.0.0.14")], [False, True, True])
        (first, second, third) = self.records("agent.addresses")
        self.assertEqual([one["details"]["addresses"] for one in (first, second, third)],
                         [HERE, f"{HERE}, 127.0.0.13", "127.0.0.14, 127.0.0.13"])

    def test_after_a_restart_it_holds_from_the_first_request_on(self):
        self.report(HERE)
        self.server.stop()
        self.server.start()
        self.assert_refused(STRANGE)
        self.assertTrue(self.answered(HERE))
        self.find_port()

    def test_with_the_revocation_the_guard_goes(self):
        self.report(HERE)
        self.assert_refused(STRANGE)
        self.ask("/agents/storage1/revoke", "POST", {"reason": "sold"})
        self.assertTrue(self.answered(STRANGE))

    def test_the_administrator_may_let_it_through(self):
        self.report(HERE)
        self.server.more["security.agent_check"] = "log"
        self.server.configure()
        os.kill(self.server.process.pid, signal.SIGHUP)
        self.told(r'"id": ?"ISNS-1004"')
        self.assertTrue(self.answered(STRANGE))
        self.told(r'"id": ?"ISNS-3007"[^\n]*"refused": ?(false|"false")')


class RealAgent(ManagedCase, NamesCase):
    """san-agent with its target; `sanctl` and the server are on the same machine."""

    def speak_from(self, address):
        """Who speaks to 127.0.0.1 and says no address comes from this one, from now on."""
        subprocess.run(["ip", "route", "replace", "local", "127.0.0.1", "dev", "lo", "table", "local", "src", address],
                       check=True)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.speak_from, "127.0.0.1")

    def test_a_stranger_cannot_take_a_storage_server_away(self):
        self.joined()
        eventually(lambda: not self.answered(STRANGE, TARGET), "it has reported")
        self.assert_refused(STRANGE, TARGET, ENTITY)
        self.assertTrue(self.answered("127.0.0.1", TARGET))
        self.assertIn("127.0.0.1", self.records("agent.addresses")[-1]["details"]["addresses"])

    def test_a_host_that_came_up_with_another_address_is_registered_again(self):
        self.joined()
        eventually(lambda: not self.answered(STRANGE, TARGET), "it has reported")
        self.agent.process.kill()
        self.speak_from("127.0.0.7")
        self.assert_refused("127.0.0.7", TARGET, ENTITY)
        self.agent.start()
        self.agent.told("event=registered ")
        self.assertTrue(self.answered("127.0.0.7", TARGET))
        eventually(lambda: not self.answered("127.0.0.1", TARGET), "its report has the new address alone")
        self.assert_refused("127.0.0.1", TARGET, ENTITY)

    def test_after_a_restart_of_the_server_it_is_there(self):
        self.joined()
        eventually(lambda: not self.answered(STRANGE, TARGET), "it has reported")
        so_far = len(self.agent.process.lines)
        self.restart()
        self.assert_refused(STRANGE, TARGET, ENTITY)
        self.agent.told("event=registered ", so_far)


if __name__ == "__main__":
    case.main("ip", "iscsi-inq", uses_sanctl=True, uses_agent=True)
