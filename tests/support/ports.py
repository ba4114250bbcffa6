"""Ports for servers under test, such that nobody else takes one between the choice and the server's bind.

A port that the kernel picks (bind to 0) lies among those that it gives to outgoing connections, too: any of them can have
it a moment later. So these lie below that range, and each is reserved, until this process ends, by an abstract Unix
socket of its name: another test that runs beside this one, in the same network namespace, draws another.
"""

import random
import socket

LOWEST = 10000
FAMILIES = ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::"))
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)

def _lowest_of_kernel():
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as limits:
        lowest = int(limits.read().split()[0])
    # A host that gives out nearly all ports leaves no room below; then the reservation alone must do.
    return lowest if lowest > LOWEST + 1000 else 60000


def _reserve(port):
    reservation = socket.socket(socket.AF_UNIX)
    try:
        reservation.bind(f"\0sanctum-test-port-{port}")
    except OSError:
        reservation.close()
        return False
    reservation.detach()  # stays open, and the port with it, as long as this process lives
    return True


def _nobody_listens(port):
    for family, everywhere in FAMILIES:
        for kind in KINDS:
            try:
                probe = socket.socket(family, kind)
            except OSError:
                continue  # a host without this family has no server in it either
            with probe:
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                try:
                    probe.bind((everywhere, port))
                except OSError:
                    return False
    return True


def free_port():
    """A port that is free for TCP and UDP at every address of this host, and that no other test will be given."""
    ports = range(LOWEST, _lowest_of_kernel())
    for port in random.sample(ports, len(ports)):
        if _reserve(port) and _nobody_listens(port):
            return port
    raise OSError(f"every port from {ports.start} to {ports.stop - 1} is taken")
