#!/usr/bin/env python3
"""What the Debian packages hold: files, units, manual pages, maintainer scripts; laid out as cpack would, without making them."""

import glob
import gzip
import os
import re
import shutil
import subprocess
import unittest

import daemon
from maintainer_script import MaintainerScript

COMPONENTS = ("server", "tools", "agent", "console")


def build():
    return os.path.dirname(daemon.program(""))[:-len("/bin")]


def packaged(*names):
    return os.path.join(build(), "packaged", *names)


def run(*argv, **more):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False, **more)


class Packages(daemon.OperationTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not os.path.exists(packaged("packages.cmake")):
            raise unittest.SkipTest("this build makes no packages")

    def setUp(self):
        super().setUp()
        for component in COMPONENTS:
            # Links are enough to see what would be there.
            done = run("cmake", "--install", build(), "--component", component, "--prefix", "/usr",
                       env={**os.environ, "DESTDIR": self.root(component), "CMAKE_INSTALL_MODE": "SYMLINK"})
            self.assertEqual(done.returncode, 0, done.stdout)

    def root(self, component):
        return os.path.join(self.folder, component)

    def files(self, component):
        root = self.root(component)
        return {os.path.relpath(os.path.join(folder, name), root)
                for folder, _, names in os.walk(root) for name in names}

    def test_no_file_is_in_two_packages(self):
        seen = {}
        for component in COMPONENTS:
            for file in self.files(component):
                self.assertNotIn(file, seen, f"in sanctum-{seen.get(file)} and sanctum-{component}")
                seen[file] = component

    def test_each_has_its_program_its_manual_page_and_its_papers(self):
        for component, program, section in (("server", "isns-server", 8), ("tools", "sanctl", 1), ("agent", "san-agent", 8),
                                            ("console", "san-console", 1)):
            files = self.files(component)
            papers = f"usr/share/doc/sanctum-{component}"
            for file in (f"usr/bin/{program}", f"usr/share/man/man{section}/{program}.{section}.gz", f"{papers}/copyright",
                         f"{papers}/changelog.gz"):
                self.assertIn(file, files)

    def test_every_command_of_sanctl_has_a_manual_page_and_every_shell_its_completion(self):
        files = self.files("tools")
        listed = run(daemon.program("sanctl"), "--help").stdout
        commands = re.findall(r"^  ([a-z-]+) ", listed[listed.index("commands:"):listed.index("options:")], re.MULTILINE)
        self.assertGreater(len(commands), 20)
        for command in commands:
            self.assertIn(f"usr/share/man/man1/sanctl-{command}.1.gz", files)
        for completion in ("bash-completion/completions/sanctl", "zsh/vendor-completions/_sanctl",
                           "fish/vendor_completions.d/sanctl.fish"):
            path = os.path.join(self.root("tools"), "usr/share", completion)
            self.assertGreater(os.path.getsize(path), 1000, completion)

    @unittest.skipUnless(shutil.which("groff"), "there is no groff")
    def test_troff_finds_nothing_wrong_with_the_manual_pages(self):
        pages = [page for component in COMPONENTS for page in glob.glob(f"{self.root(component)}/usr/share/man/man*/*.gz")]
        self.assertGreater(len(pages), 40)
        for page in pages:
            with gzip.open(page) as file:
                done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z"], input=file.read(), stderr=subprocess.PIPE,
                                      stdout=subprocess.DEVNULL, timeout=60, check=False)
            self.assertEqual((done.returncode, done.stderr.decode()), (0, ""), page)

    def test_the_scripts_are_shell_and_name_units_that_the_package_has(self):
        for component in ("server", "agent"):
            folder = packaged(f"sanctum-{component}")
            scripts = sorted(set(os.listdir(folder)) - {"conffiles"})
            self.assertEqual(scripts, ["postinst", "postrm", "preinst", "prerm"])
            named = 0
            for script in scripts:
                path = os.path.join(folder, script)
                done = run("dash", "-n", path)
                self.assertEqual((done.returncode, done.stdout), (0, ""))
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                self.assertNotRegex(re.sub(r"#.*", "", text), "@[A-Z]+@", "a place that was not filled")
                for unit in re.findall(r"[\w-]+\.(?:service|socket)", text):
                    self.assertIn(f"usr/lib/systemd/system/{unit}", self.files(component), path)
                    named += 1
            self.assertGreater(named, 0)

    def test_every_file_of_etc_is_a_conffile(self):
        for component in COMPONENTS:
            listed = packaged(f"sanctum-{component}", "conffiles")
            conffiles = set()
            if os.path.exists(listed):
                with open(listed, encoding="utf-8") as file:
                    conffiles = set(file.read().split())
            self.assertEqual(conffiles, {"/" + file for file in self.files(component) if file.startswith("etc/")})

    def test_an_older_package_refuses_to_replace_a_newer_one_that_has_data_and_says_how_to_go_back(self):
        data = os.path.join(self.folder, "registry.db")
        script = self.script("server", "preinst", {"/var/lib/sanctum/registry.db": data})
        self.assertEqual(script.run("upgrade", "99.0")[0], 0, "there is nothing that it could lose")
        with open(data, "w", encoding="utf-8"):
            pass
        status, said = script.run("upgrade", "99.0")
        self.assertEqual(status, 1)
        self.assertIn("SANCTUM_DOWNGRADE=1", said)
        self.assertEqual(script.run("upgrade", "0.0.1")[0], 0)
        self.assertEqual(script.run("install")[0], 0)
        self.assertEqual(script.run("upgrade", "99.0", SANCTUM_DOWNGRADE="1")[0], 0)

    def script(self, component, name, places):
        with open(packaged(f"sanctum-{component}", name), encoding="utf-8") as file:
            return MaintainerScript(self.folder, file.read(), places)

    def asked(self, component, running, *arguments, fits=True, enabled=("isns-server.socket", "isns-server.service", "san-agent.service")):
        """What `postinst ARGUMENTS` asks of systemd, on a machine where these units run and are enabled, and what it says;
        `fits`: as --check-config says."""
        script = self.script(component, "postinst", {place: self.folder for place in
                                                     ("/run/systemd/system", "/var/lib/sanctum/agent", "/var/lib/sanctum")})
        asked = os.path.join(self.folder, "asked")
        for program in ("isns-server", "san-agent"):
            script.stand_in(program, f"exit {0 if fits else 2}")
        script.stand_in("deb-systemd-invoke", f'echo "$@" >>{asked}')
        script.stand_in("systemctl", f"""case "$*" in
          *is-active*) case " {running} " in *" $4 "*) exit 0;; esac; exit 3;;
          *is-enabled*) case " {' '.join(enabled)} " in *" $4 "*) exit 0;; esac; exit 1;;
          *daemon-reload*) ;;
          *) echo systemctl "$@" >>{asked};;
        esac""")
        with open(asked, "w", encoding="utf-8"):
            pass
        status, said = script.run(*arguments)
        self.assertEqual(status, 0, said)
        with open(asked, encoding="utf-8") as file:
            return file.read().splitlines(), said

    def invoked(self, *words, **more):
        return self.asked(*words, **more)[0]

    def test_an_upgrade_stops_all_that_runs_before_it_starts_any_of_it_and_the_rest_that_should(self):
        self.assertEqual(self.invoked("agent", "san-agent.service san-agent-attach.service", "configure", "0.1"),
                         ["stop san-agent-attach.service san-agent.service", "start san-agent.service",
                          "systemctl --system start san-agent-attach.service san-agent.service"])
        self.assertEqual(self.invoked("agent", "san-agent.service", "configure", "0.1", enabled=("san-agent-attach.service",)),
                         ["stop san-agent.service", "start san-agent-attach.service", "systemctl --system start san-agent.service"])
        both = "isns-server.socket isns-server.service"
        self.assertEqual(self.invoked("server", both, "configure", "0.1"), [f"stop {both}", f"start {both}", f"systemctl --system start {both}"])
        # A socket that had failed is opened before the service is there again.
        self.assertEqual(self.invoked("server", "isns-server.service", "configure", "0.1"),
                         ["stop isns-server.service", f"start {both}", "systemctl --system start isns-server.service"])
        # Whoever has disabled the socket gets none.
        self.assertEqual(self.invoked("server", "isns-server.service", "configure", "0.1", enabled=("isns-server.service",)),
                         ["stop isns-server.service", "start isns-server.service", "systemctl --system start isns-server.service"])

    def test_an_upgrade_leaves_what_runs_where_the_new_program_would_not_start_and_names_it(self):
        for component, running in (("agent", "san-agent.service"), ("agent", "san-agent-attach.service san-agent.service"),
                                   ("server", "isns-server.socket isns-server.service")):
            asked, said = self.asked(component, running, "configure", "0.1", fits=False)
            self.assertEqual(asked, [])
            self.assertTrue(said.endswith(f"then: systemctl stop {running}; systemctl start {running}\n"), said)
        asked, said = self.asked("server", "", "configure", "0.1", fits=False)
        self.assertEqual(asked, [])
        self.assertTrue(said.endswith("Mend what is named above\n"), said)

    def test_a_purge_takes_what_the_agent_has_made_and_leaves_the_disks_of_hosts(self):
        state = os.path.join(self.folder, "var", "agent")
        made = ("lock", "identity", "changes.toml", "zones.json", "zones.json.new", "units/disk1.reservations",
                "units/disk1.mode-pages", "management/enrolment.json", "management/seal.key")
        disks = ("disk1.img", "units/disk2.img")
        script = self.script("agent", "postrm", {"/run/systemd/system": self.folder, "/var/lib/sanctum/agent": state,
                                                 "/var/lib/sanctum": os.path.dirname(state), "/etc/sanctum": f"{self.folder}/etc"})
        for file in made + disks:
            os.makedirs(os.path.dirname(f"{state}/{file}"), exist_ok=True)
            with open(f"{state}/{file}", "w", encoding="utf-8"):
                pass
        status, said = script.run("purge")
        self.assertEqual(status, 0, said)
        self.assertIn(f"{state} was not made by the package, and stays", said)
        left = {os.path.relpath(os.path.join(folder, name), state) for folder, _, names in os.walk(state) for name in names}
        self.assertEqual(left, set(disks))
        for disk in disks:
            os.remove(f"{state}/{disk}")
        self.assertEqual(script.run("purge"), (0, ""))
        self.assertFalse(os.path.exists(os.path.dirname(state)))

    def purged(self, component, *files):
        """The same of /var/lib/sanctum and of the links of enabled units after a purge; and what it said."""
        state = f"{self.folder}/var"
        script = self.script(component, "postrm", {"/run/systemd/system": self.folder, "/var/lib/sanctum": state,
                                                   "/etc/sanctum": f"{self.folder}/etc"})
        folders = {"var": state, "links": script.links}
        for file in files:
            where, name = file.split("/", 1)
            os.makedirs(os.path.dirname(f"{folders[where]}/{name}"), exist_ok=True)
            with open(f"{folders[where]}/{name}", "w", encoding="utf-8"):
                pass
        status, said = script.run("purge")
        self.assertEqual(status, 0, said)
        left = {f"{where}/{os.path.relpath(os.path.join(at, name), folder)}" for where, folder in folders.items()
                for at, _, names in os.walk(folder) for name in names}
        return left, said

    def test_a_purge_forgets_every_unit_that_was_enabled_so_that_the_next_installation_starts_none_of_them_unasked(self):
        ours = ("links/multi-user.target.wants/san-agent.service", "links/multi-user.target.wants/san-agent-attach.service",
                "links/multi-user.target.wants/san-agent-disk@films.service")
        others = ("links/multi-user.target.wants/isns-server.service", "links/multi-user.target.wants/ssh.service",
                  "links/san-agent-attach.service.d/override.conf")
        self.assertEqual(self.purged("agent", *ours, *others), (set(others), ""))
        left, _ = self.purged("server", "links/sockets.target.wants/isns-server.socket")
        self.assertEqual(left, set(others) - {others[0]})

    def test_a_purge_of_the_server_takes_its_keys_those_that_were_moved_aside_too_and_names_the_rest(self):
        self.assertEqual(self.purged("server", "var/registry.db", "var/registry.db.replaced-1", "var/keys/seal.key",
                                     "var/keys.unused/seal.key"), (set(), ""))
        left, said = self.purged("server", "var/keys.of-march/seal.key")
        self.assertEqual(left, {"var/keys.of-march/seal.key"})
        self.assertIn(f"what is left in {self.folder}/var was not made by the package, and stays", said)

    def test_a_purge_names_what_is_left_where_no_other_package_of_ours_is_installed_whose_it_may_be(self):
        script = self.script("agent", "postrm", {"/run/systemd/system": self.folder, "/var/lib/sanctum": f"{self.folder}/var",
                                                 "/etc/sanctum": f"{self.folder}/etc"})
        os.makedirs(f"{self.folder}/var/agent/units")
        with open(f"{self.folder}/var/agent/units/disk1.img", "w", encoding="utf-8"):
            pass
        script.stand_in("dpkg-query", "echo config-files; echo installed")
        self.assertEqual(script.run("purge"), (0, ""))
        script.stand_in("dpkg-query", "echo config-files; echo not-installed")
        self.assertEqual(script.run("purge"), (0, "".join(
            f"sanctum-agent: what is left in {self.folder}/var/{folder} was not made by the package, and stays\n"
            for folder in ("agent/units", "agent"))))
        self.assertTrue(os.path.exists(f"{self.folder}/var/agent/units/disk1.img"))

    def test_a_removal_stops_all_that_runs_with_the_disks_of_instances_and_an_upgrade_nothing(self):
        asked = os.path.join(self.folder, "asked")
        for component, units in (("agent", ["san-agent-attach.service", "san-agent.service", "san-agent-disk@*.service"]),
                                 ("server", ["isns-server.socket", "isns-server.service"])):
            script = self.script(component, "prerm", {"/run/systemd/system": self.folder})
            script.stand_in("deb-systemd-invoke", f'printf "%s\\n" "$@" >>{asked}')
            self.assertEqual(script.run("upgrade", "99.0"), (0, ""))
            self.assertFalse(os.path.exists(asked))
            self.assertEqual(script.run("remove"), (0, ""))
            with open(asked, encoding="utf-8") as file:
                self.assertEqual(file.read().splitlines(), ["stop", *units])
            os.remove(asked)

    def test_a_first_installation_starts_and_one_that_was_broken_off_touches_nothing_that_runs(self):
        self.assertEqual(self.invoked("agent", "", "configure"), ["start san-agent.service"])
        self.assertEqual(self.invoked("agent", "san-agent.service", "abort-upgrade", "99.0"), [])

    def test_the_desktop_entry_starts_the_console_and_has_its_icon(self):
        root = self.root("console")
        with open(f"{root}/usr/share/applications/san-console.desktop", encoding="utf-8") as file:
            entry = dict(line.split("=", 1) for line in file.read().splitlines() if "=" in line)
        self.assertTrue(os.path.exists(f"{root}/usr/bin/{entry['Exec']}"))
        self.assertTrue(os.path.exists(f"{root}/usr/share/icons/hicolor/scalable/apps/{entry['Icon']}.svg"))
        with open(f"{root}/usr/share/metainfo/san-console.metainfo.xml", encoding="utf-8") as file:
            self.assertIn('<launchable type="desktop-id">san-console.desktop</launchable>', file.read())


class Version(daemon.OperationTest):
    VERSION = os.path.join(daemon.ROOT, "shared", "packaging", "version.cmake")

    def version(self, folder, *words):
        """What packages of the tree in this folder would be called, and their date."""
        script = os.path.join(self.folder, "say.cmake")
        with open(script, "w", encoding="utf-8") as file:
            file.write(f'include("{self.VERSION}")\nmessage(NOTICE "${{SANCTUM_PACKAGE_VERSION}} of ${{SANCTUM_PACKAGE_DATE}}")\n')
        done = run("cmake", "-DPROJECT_VERSION=1.2.3", *words, "-P", script, cwd=folder)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout.strip().split(" of ")

    def git(self, *words, date="2026-01-01T00:00:00Z"):
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
               for what, value in (("NAME", "a"), ("EMAIL", "a@example.org"), ("DATE", date))}
        done = run("git", *words, cwd=f"{self.folder}/tree", env={**os.environ, **who})
        self.assertEqual(done.returncode, 0, done.stdout)

    def commit(self, date):
        self.git("commit", "--quiet", "--allow-empty", "--message=more", date=date)
        return self.version(f"{self.folder}/tree")[0]

    def older(self, one, other):
        self.assertEqual(run("dpkg", "--compare-versions", one, "lt", other).returncode, 0, f"{one} {other}")

    def test_a_later_commit_makes_packages_that_dpkg_takes_for_newer(self):
        os.mkdir(f"{self.folder}/tree")
        self.git("init", "--quiet")
        first, second = self.commit("2026-01-31T23:59:59Z"), self.commit("2026-02-01T01:00:01+01:00")
        self.assertEqual(second, "1.2.3+git20260201000001")
        self.assertEqual(self.version(f"{self.folder}/tree"), [second, "Sun, 01 Feb 2026 00:00:01 +0000"])
        self.older(first, second)
        self.older("1.2.3", first)
        self.older(second, "1.2.4+git20260101000000")
        # As a build folder from before has it in its cache.
        self.assertEqual(self.version(f"{self.folder}/tree", "-DSANCTUM_PACKAGE_VERSION=1.2.3")[0], second)
        self.git("clone", "--quiet", "--depth=1", f"file://{self.folder}/tree", f"{self.folder}/shallow")
        self.assertEqual(self.version(f"{self.folder}/shallow")[0], second)

    def test_a_tree_without_git_has_a_version_that_rises_too(self):
        version, _ = self.version(self.folder)
        self.assertRegex(version, r"^1\.2\.3\+git\d{14}$")
        self.older("1.2.3+git20260101000000", version)

    def test_the_packages_of_this_build_have_it(self):
        if not os.path.exists(packaged("changelog")):
            self.skipTest("this build makes no packages")
        with open(packaged("changelog"), encoding="utf-8") as file:
            version = re.search(r"\((.*)\)", file.readline())[1]
        self.assertRegex(version, r"\+git\d{14}$")
        with open(packaged("sanctum-server", "preinst"), encoding="utf-8") as file:
            self.assertIn(f'gt "{version}"', file.read())
        with open(os.path.join(build(), "CPackConfig.cmake"), encoding="utf-8") as file:
            self.assertIn(f'set(CPACK_PACKAGE_VERSION "{version}")', file.read())


if __name__ == "__main__":
    daemon.main()
