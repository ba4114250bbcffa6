#!/usr/bin/env python3
"""A full disk below the whole server: changes are refused, queries go on, and when there is room all resumes by itself."""

import registrar
import rig
from lib import sandbox
from lib.small_disk import SmallDisk

SIZE = 2 << 20  # bytes of the disk


class FullDiskTest(registrar.RegistrarTest):
    def setUp(self):
        super().setUp()
        self.disk = f"{self.folder}/disk"
        self.room = SmallDisk(self, self.disk, SIZE)

    def serve_there(self):
        return self.serve(database=f"{self.disk}/registry.db")

    def test_changes_are_refused_queries_go_on_and_service_resumes_by_itself(self):
        server = self.serve_there()
        self.begin(server)
        for times in (1, 2):
            self.room.fill()
            self.expect_refusals(server)
            self.expect_illness(server, "full", times)
            self.room.make_room()
            self.expect_recovery(server, times)
        self.restart(server)

    def test_killed_with_a_full_disk_it_has_what_was_acknowledged_once_there_is_room(self):
        server = self.serve_there()
        self.begin(server)
        self.room.fill()
        self.expect_refusals(server)
        server.process.kill()
        self.room.make_room()
        server.start()
        self.check_after_kill(server)

    def test_stopped_with_a_full_disk_it_ends_well_and_has_what_was_acknowledged(self):
        server = self.serve_there()
        self.begin(server)
        self.room.fill()
        self.expect_refusals(server)
        for client in self.clients:
            client.close()
        server.stop()
        self.room.make_room()
        server.start()
        self.check_after_kill(server)

    def test_a_start_on_a_full_disk_says_so_and_loses_nothing(self):
        server = self.serve_there()
        self.begin(server)
        for client in self.clients:
            client.close()
        server.stop()
        self.room.fill()
        status, output = rig.run([server.program, "--config", server.configure()])
        self.assertNotEqual(status, 0)
        self.assertIn(server.database, output)
        self.assertIn("full", output)
        self.room.make_room()
        server.start()
        self.check(server)


if __name__ == "__main__":
    sandbox.enter()
    rig.main()
