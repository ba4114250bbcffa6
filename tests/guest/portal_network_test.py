#!/usr/bin/env python3
"""A portal on a VLAN device of Debian's kernel: its agent tells the server the interface and the VLAN.

In a guest of QEMU (guest.py), as the kernel of the machine that runs the tests may have no VLANs.
"""

from stage import STORE_CONFIGURATION, GuestTest, main

SCRIPT = """
must ip link add lan0 type dummy
must ip link add link lan0 name storage type vlan id 7; must ip link set storage mtu 1400
must ip link set lan0 up; must ip link set storage up
must ip address add 198.51.100.1/24 dev storage
management
storage
join_ store STORE
echo "DEVICE storage"
portal() { sanctl list portals --filter interface:storage --output json; }
until_ 'portal | grep -q 198.51.100.1'
portal
must ip link delete storage
until_ '! portal | grep -q "\\"up\\": *true"'
exit 0
"""


class PortalNetwork(GuestTest):
    def test_the_vlan_of_a_portal_is_told(self):
        store = STORE_CONFIGURATION.replace("[[portal]]", '[[portal]]\naddress = "198.51.100.1:3260"\n[[portal]]')
        said = self.run_guest(SCRIPT, ["ip"], store, modules=["dummy", "8021q"])
        for wanted in (r'"vlan": *7\b', r'"prefix": *24\b', r'"mtu": *1400\b', r'"up": *true\b'):
            self.assertRegex(said, wanted)


if __name__ == "__main__":
    main()
