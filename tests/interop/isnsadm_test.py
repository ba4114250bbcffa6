#!/usr/bin/env python3
"""What an administrator does by hand with open-isns' isnsadm: registers, queries, lists, zones and deregisters."""

from lib import case, pdu
from lib.isnsadm import Isnsadm, having, signing
from lib.servers import SIGNER, Policy

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"
DISK2 = "iqn.2024-01.org.example:disk2"


class Registration(case.InteropTest):
    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        self.host = Isnsadm(self, HOST)
        self.disk = Isnsadm(self, DISK)
        self.control = Isnsadm.control(self)

    def test_a_registered_initiator_finds_itself_with_entity_portal_and_implicit_group(self):
        self.host.register("entity=host1.example.org", "initiator", "portal=127.0.0.11:860/tcp")
        objects = self.host.query(f"iscsi-name={HOST}")
        self.assertEqual(having(objects, pdu.EID), ["host1.example.org"])
        self.assertEqual(having(objects, pdu.NAME), [HOST])
        self.assertEqual(having(objects, pdu.PORTAL_IP), ["127.0.0.11"])
        self.assertEqual(having(objects, pdu.PG_TAG), ["1"])

    def test_a_registration_without_entity_is_given_an_identifier(self):
        self.host.register("initiator")
        self.assertEqual(having(self.host.query(f"iscsi-name={HOST}"), pdu.NAME), [HOST])
        self.assertEqual(len(having(self.host.list("entities"), pdu.EID)), 1)

    def test_an_explicit_group_tag_is_kept(self):
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp,name=left", "pg,pgt=7")
        objects = self.disk.query(f"iscsi-name={DISK}")
        self.assertEqual(having(objects, pdu.PG_TAG), ["7"])
        self.assertEqual(having(objects, pdu.PORTAL_NAME), ["left"])

    def test_each_node_of_an_entity_is_joined_to_each_portal(self):
        self.disk.register("entity=disk1", "target", f"target={DISK2},alias=second", "portal=127.0.0.12:3260/tcp",
                           "portal=127.0.0.13:3260/tcp")
        groups = self.control.list("portal-groups")
        pairs = sorted((group[pdu.PG_NAME], group[pdu.PG_IP]) for group in groups)
        self.assertEqual(pairs, [(DISK, "127.0.0.12"), (DISK, "127.0.0.13"), (DISK2, "127.0.0.12"), (DISK2, "127.0.0.13")])

    def test_an_ipv6_portal_is_kept(self):
        self.disk.register("entity=disk1", "target", "portal=[2001:db8::7]:3260/tcp")
        self.assertEqual(having(self.disk.query(f"iscsi-name={DISK}"), pdu.PORTAL_IP), ["2001:db8::7"])

    @case.fails_on("open-isns", "it keeps and compares names as they come")
    def test_a_name_is_found_in_any_case(self):
        self.disk.register("entity=disk1", "target=IQN.2024-01.org.example:Disk1", "portal=127.0.0.12:3260/tcp")
        self.assertEqual(having(self.disk.query(f"iscsi-name={DISK}"), pdu.NAME), [DISK])

    def test_the_same_registration_again_changes_nothing(self):
        for _ in range(2):
            self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")
        self.assertEqual(having(self.control.list("nodes"), pdu.NAME), [DISK])
        self.assertEqual(having(self.control.list("portals"), pdu.PORTAL_IP), ["127.0.0.12"])

    def test_replace_removes_what_is_not_named_again(self):
        self.disk.register("entity=disk1", "target", f"target={DISK2}", "portal=127.0.0.12:3260/tcp")
        self.disk.register("target", "portal=127.0.0.13:3260/tcp", key="eid=disk1", replace=True)
        self.assertEqual(having(self.control.list("nodes"), pdu.NAME), [DISK])
        self.assertEqual(having(self.control.list("portals"), pdu.PORTAL_IP), ["127.0.0.13"])

    def test_replace_of_a_portal_leaves_its_siblings(self):
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")
        self.disk.register("portal=127.0.0.13:3260/tcp", key="portal=127.0.0.12:3260", replace=True)
        self.assertEqual(having(self.control.list("nodes"), pdu.NAME), [DISK])
        self.assertEqual(having(self.control.list("portals"), pdu.PORTAL_IP), ["127.0.0.13"])

    def test_lists_walk_through_all_objects_of_a_kind(self):
        for number in range(20):
            name = f"{DISK}.{number:02}"
            Isnsadm(self, name).register(f"entity=disk{number:02}", "target", f"portal=127.0.1.{number}:3260/tcp")
        self.assertEqual(having(self.control.list("nodes"), pdu.NAME), [f"{DISK}.{n:02}" for n in range(20)])
        self.assertEqual(len(self.control.list("entities")), 20)
        self.assertEqual(len(self.control.list("portals")), 20)
        self.assertEqual(len(self.control.list("portal-groups")), 20)

    def test_a_list_may_select_by_an_attribute(self):
        self.host.register("entity=host1", "initiator", "portal=127.0.0.11:860/tcp")
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")
        self.assertEqual(having(self.control.list("nodes", "iscsi-node-type=target"), pdu.NAME), [DISK])

    @case.fails_on("open-isns", "it takes the two forms for two addresses")
    def test_a_portal_of_isnsadm_is_the_one_that_others_name_in_the_mapped_form(self):
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")
        answer = self.raw(DISK).ok(pdu.DEV_ATTR_QRY, pdu.portal("127.0.0.12", 3260), pdu.tlv(pdu.NAME))
        self.assertEqual(answer.texts(pdu.NAME), [DISK])

    def test_a_query_for_what_is_not_there_succeeds_and_is_empty(self):
        self.host.register("entity=host1", "initiator")
        self.assertEqual(self.host.query(f"iscsi-name={DISK}"), [])

    def test_deregistering_a_node_leaves_entity_and_portal(self):
        self.disk.register("entity=disk1", "target", f"target={DISK2}", "portal=127.0.0.12:3260/tcp")
        self.disk.deregister(f"iscsi-name={DISK2}")
        self.assertEqual(having(self.control.list("nodes"), pdu.NAME), [DISK])
        self.assertEqual(len(self.control.list("portals")), 1)

    def test_deregistering_a_portal_leaves_the_node(self):
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp", "portal=127.0.0.13:3260/tcp")
        self.disk.deregister("portal=127.0.0.13:3260")
        self.assertEqual(having(self.control.list("portals"), pdu.PORTAL_IP), ["127.0.0.12"])
        self.assertEqual(having(self.control.list("nodes"), pdu.NAME), [DISK])

    def test_deregistering_an_entity_removes_all_below_it(self):
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")
        self.disk.deregister("eid=disk1")
        for kind in ("entities", "nodes", "portals", "portal-groups"):
            self.assertEqual(self.control.list(kind), [], kind)

    def test_deregistering_what_is_not_there_succeeds(self):
        self.host.register("entity=host1", "initiator")
        self.host.deregister(f"iscsi-name={DISK}")

    @case.fails_on("open-isns", "without keys it lets anybody deregister anybody")
    def test_a_stranger_may_not_deregister_a_target(self):
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")
        self.host.register("entity=host1", "initiator")
        self.host.run("--deregister", f"iscsi-name={DISK}")
        self.assertIn(DISK, having(self.control.list("nodes"), pdu.NAME))


class RelaxedNames(case.InteropTest):
    policy = Policy(default_domain=True, relaxed_names=True)

    def test_a_source_that_is_no_iscsi_name_may_register_and_query(self):
        client = Isnsadm(self, "isns.client1")
        client.register("entity=client1", "initiator", "portal=127.0.0.11:860/tcp")
        self.assertEqual(having(client.query("iscsi-name=isns.client1"), pdu.NAME), ["isns.client1"])


class Zoning(case.InteropTest):
    def setUp(self):
        super().setUp()
        self.host = Isnsadm(self, HOST)
        self.disk = Isnsadm(self, DISK)
        self.control = Isnsadm.control(self)
        self.host.register("entity=host1", "initiator", "portal=127.0.0.11:860/tcp")
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")

    def seen_by_host(self):
        return having(self.host.query("iscsi-node-type=target"), pdu.NAME)

    def assert_both_registered(self):
        self.assertEqual(having(self.host.query(f"iscsi-name={HOST}"), pdu.NAME), [HOST])
        self.assertEqual(having(self.disk.query(f"iscsi-name={DISK}"), pdu.NAME), [DISK])

    def make_domain(self, *words):
        self.assertIn("Registered DD", self.control.ok("--dd-register", *words))

    def test_nodes_without_a_domain_do_not_see_each_other(self):
        self.assertEqual(self.seen_by_host(), [])

    @case.fails_on("open-isns", "it shows domains to nobody over this path")
    def test_a_domain_is_listed_with_its_members(self):
        self.make_domain("dd-name=zone1", f"member-name={HOST}", f"member-name={DISK}")
        domains = self.control.list("dds")
        self.assertEqual(having(domains, pdu.DD_NAME), ["zone1"])

    @case.fails_on("open-isns", "it knows no domain sets, so a domain alone gives visibility")
    def test_a_domain_in_no_set_gives_no_visibility(self):
        self.make_domain("dd-name=zone1", f"member-name={HOST}", f"member-name={DISK}")
        self.assertEqual(self.seen_by_host(), [])

    def test_members_of_an_active_domain_see_each_other(self):
        self.raw().zone("zone1", HOST, DISK)
        self.assertEqual(self.seen_by_host(), [DISK])

    def test_a_member_added_by_name_sees_the_others_at_once(self):
        domain = self.raw().zone("zone1", DISK)
        self.assertEqual(self.seen_by_host(), [])
        self.control.ok("--dd-register", f"dd-id={domain}", f"member-name={HOST}")
        self.assertEqual(self.seen_by_host(), [DISK])

    def test_a_member_taken_out_sees_nothing_more(self):
        domain = self.raw().zone("zone1", HOST, DISK)
        self.control.ok("--dd-deregister", str(domain), f"member-name={HOST}")
        self.assertEqual(self.seen_by_host(), [])
        self.assert_both_registered()

    def test_a_removed_domain_is_gone_and_its_members_stay_registered(self):
        domain = self.raw().zone("zone1", HOST, DISK)
        self.control.ok("--dd-deregister", str(domain))
        self.assertEqual(self.control.list("dds"), [])
        self.assertEqual(self.seen_by_host(), [])
        self.assert_both_registered()

    @case.fails_on("open-isns", "without keys it takes everybody for a control node")
    def test_a_host_may_not_zone_itself_to_a_target(self):
        self.host.run("--dd-register", "dd-name=mine", f"member-name={HOST}", f"member-name={DISK}")
        self.assertEqual(self.seen_by_host(), [])


class Signed(case.InteropTest):
    """Authentication blocks (RFC 4171 5.4): DSA with SHA-1, the client's name as SPI."""

    policy = Policy(signed=True)
    decodable = False  # tshark takes an authentication block for the next PDU

    def signing(self, key):
        return Isnsadm(self, SIGNER, signing(self, key))

    def test_signed_requests_are_served_and_signed_answers_are_accepted(self):
        signer = self.signing("client.key")
        signer.register("initiator", "portal=127.0.0.11:860/tcp")
        self.assertEqual(having(signer.query(f"iscsi-name={SIGNER}"), pdu.NAME), [SIGNER])

    def test_a_request_signed_with_an_unknown_key_is_refused(self):
        worked, output = self.signing("stranger.key").run("--register", "initiator")
        self.assertFalse(worked, output)

    @case.fails_on("open-isns", "it gives no answer, so that its client waits and says that it timed out")
    def test_who_is_refused_reads_why(self):
        for security in (signing(self, "stranger.key"), signing(self, "client.key", "stranger.example.org")):
            worked, output = Isnsadm(self, SIGNER, security).run("--register", "initiator")
            self.assertFalse(worked, output)
            self.assertRegex(output, "(?i)source unauthorized")

    def test_an_unsigned_request_is_refused(self):
        worked, output = Isnsadm(self, SIGNER, "Security = 0\nNetwork.CallTimeout = 2\n").run("--register", "initiator")
        self.assertFalse(worked, output)


if __name__ == "__main__":
    case.main("isnsadm")
