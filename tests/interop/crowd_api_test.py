#!/usr/bin/env python3
"""Clients of the management API that are many, silent, slow or ask too often: none of them holds up the others.
"""

import concurrent.futures
import socket
import time

from lib.api_case import HOST, ApiTest, run
from lib.api_client import BASE, ApiClient
from lib.process import eventually
from lib.status_page import StatusPage
from lib.tls import believing_everybody
from support.ports import free_port

PASSWORD = "a long password of listeners"


class Limits(ApiTest):
    """Who asks too often. A server of its own, with a small limit."""

    MORE = {"api.requests_per_source": 2, "api.burst_per_source": 10, "http.port": free_port()}

    def test_an_address_that_asks_too_often_waits(self):
        answers = [self.api.get("/status") for _ in range(60)]
        refused = [answer for answer in answers if answer.status == 429]
        self.assertGreater(len(refused), 15)
        self.assertEqual({answer.code for answer in refused}, {"too-many-requests"})
        self.assertEqual(refused[0].headers["Retry-After"], "1")
        # Neither root at the machine nor agents with their certificates are held up.
        for _ in range(40):
            self.assertEqual(self.api.call("GET", "/status", local=True).status, 200)
        eventually(lambda: self.api.get("/status").status == 200, "after a while it may ask again")
        limited = StatusPage(self.MORE["http.port"]).sample("isns_api_limited_total")
        self.assertGreaterEqual(limited, len(refused))
        said = [line for line in self.server.sanctum.process.lines if '"ISNS-1504"' in line and '"peer"' in line]
        self.assertEqual(len(said), 1, said)

    def test_passwords_that_are_tried_at_once_are_few(self):
        self.api.call("POST", "/users", {"name": "eve", "roles": ["viewer"], "password": "a long password of hers"}, local=True)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            tried = list(pool.map(lambda n: self.api.call("POST", "/login", {"user": "eve", "password": f"guess {n}"},
                                                          token=None, local=True), range(16)))
        self.assertLessEqual(len([answer for answer in tried if answer.code == "login-failed"]), 7)
        self.assertGreaterEqual(len([answer for answer in tried if answer.code == "login-wait"]), 9)


class Crowd(ApiTest):
    """Clients that are many, silent or slow."""

    def test_silent_connections_hold_up_nobody(self):
        silent = [socket.create_connection(("127.0.0.1", self.api.port)) for _ in range(200)]
        try:
            began = time.monotonic()
            self.assertEqual(self.api.get("/whoami").status, 200)
            self.assertLess(time.monotonic() - began, 5)
        finally:
            for one in silent:
                one.close()

    def test_who_reads_nothing_holds_up_nobody(self):
        context = believing_everybody()
        slow = context.wrap_socket(socket.create_connection(("127.0.0.1", self.api.port)))
        try:
            request = f"GET {BASE}/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            slow.settimeout(2)
            for _ in range(200):  # 30 MB of answers that nobody takes
                try:
                    slow.sendall(request)
                except OSError:
                    break
            self.assertEqual(self.api.get("/whoami").status, 200)
        finally:
            slow.close()

    def test_200_listeners_hear_a_change(self):
        connections, tokens = [], []
        for i in range(13):  # a user has at most 16
            self.added(f"listener{i}", "viewer", password=PASSWORD)
            tokens.append(self.api.login(f"listener{i}", PASSWORD))
        try:
            for i in range(200):
                connection = self.api.connection()
                connection.request("GET", f"{BASE}/events", headers={"Authorization": f"Bearer {tokens[i // 16]}"})
                response = connection.getresponse()
                self.assertEqual((response.status, response.headers.get_content_type()), (200, "text/event-stream"))
                self.assertEqual(response.readline(), b": listening\n")
                connections.append((connection, response))
            ApiClient.good.add(("GET", "/events"))
            self.added("heard", "viewer")
            self.server.register()
            for _, response in connections:
                while not (line := response.readline()).startswith(b"data: ") or HOST.encode() not in line:
                    self.assertTrue(line)
        finally:
            for connection, _ in connections:
                connection.close()


if __name__ == "__main__":
    run()
