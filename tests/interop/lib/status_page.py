"""The pages that isns-server shows over HTTP: its metrics and whether it is ready."""

import http.client
import re

from lib.process import PATIENCE


class StatusPage:
    """Those of one server, by the port that it has on 127.0.0.1."""

    def __init__(self, port):
        self._port = port

    def get(self, path, method="GET"):
        """Status, type, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Content-Type"), body

    def sample(self, name):
        """The value of a sample as it stands in /metrics, labels included; None if it is not there."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics")[2], re.MULTILINE)
        return float(found.group(1)) if found else None
