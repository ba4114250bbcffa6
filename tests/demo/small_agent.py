#!/usr/bin/env python3
"""A storage server's agent for the demo and the tutorial, as small as it can be: enrols with a token from the standard
input, then does at once whatever the management server wants of its targets, and reports it as applied.

    small_agent.py --port 3285 --folder FOLDER --name storage1 --unit naa.6001405...=iqn.2024-01.org.example:disk1,0,BYTES

It serves no disks: what it says is taken from the command line. Ends with SIGTERM.
"""

import argparse
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "interop"))

from lib.test_agent import Agent  # noqa: E402


def unit_of(text):
    designator, place = text.split("=")
    target, lun, size = place.split(",")
    return {"designator": designator, "bytes": int(size), "paths": [{"target": target, "lun": int(lun)}]}


def applied(desired):
    """The report of a target that does what is wanted of it."""
    initiators = desired["initiators"]
    return {"target": desired["target"], "desired": desired["revision"], "applied_at": int(time.time()),
            "enforcement": desired["enforcement"], "chap": desired["chap"],
            "admitted": [one["name"] for one in initiators],
            "maps": [{"initiator": one["name"], **granted} for one in initiators for granted in one["maps"]]}


def serve(agent, units):
    revision = 0
    while True:
        news = agent.desired(revision, 60 if revision else 0)
        if news["changed"] or not revision:
            status, answer = agent.report(full=True, sessions=[], units=units,
                                          targets=[applied(one) for one in news.get("targets", [])])
            if status != 200:
                sys.exit(f"the report was refused: {answer}")
            print("applied", news["revision"], flush=True)
        revision = news["revision"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True, help="of the management API, on 127.0.0.1")
    parser.add_argument("--folder", required=True, help="for its key and certificate")
    parser.add_argument("--name", required=True, help="its iSCSI name")
    parser.add_argument("--unit", action="append", default=[], type=unit_of, metavar="DESIGNATOR=TARGET,LUN,BYTES",
                        help="a logical unit that it reports (may be repeated)")
    chosen = parser.parse_args()
    token = sys.stdin.readline().strip()
    agent = Agent(chosen.port, chosen.folder, chosen.name)
    if not agent.believes(token):
        sys.exit("this is not the server that made the token")
    status, answer = agent.enrol(token)
    if status != 200:
        sys.exit(f"not enrolled: {answer}")
    serve(agent, chosen.unit)


if __name__ == "__main__":
    main()
