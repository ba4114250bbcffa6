#!/usr/bin/env python3
"""What the documents name exists, and what the tables of events and metrics promise is fed somewhere."""

import glob
import json
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


# A path of the tree, or one below a program's folder; also without ".h".
PATH = re.compile(r"[A-Za-z][\w.-]*(?:/[\w.-]+)+/?")
NAME = re.compile(r"(\w+)::(\w+)(?:::\w+)*")  # of a class or function: namespace first


def text_of(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


# Folders that have code of ours.
CODE = ("shared", "db", "isns-server", "agent", "console-gui")


def sources(*folders):
    """Path and text of each C++ file below these folders."""
    for folder in folders:
        for path in glob.glob(os.path.join(ROOT, folder, "**", "*.[hc]*"), recursive=True):
            if path.endswith((".h", ".cpp")):
                yield os.path.relpath(path, ROOT), text_of(path)


def pages():
    found = [os.path.join(ROOT, "README.md"), *glob.glob(os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)]
    return {os.path.relpath(page, ROOT): text_of(page) for page in found}


def fragments_of(text):
    """What a page can be linked at: its headings as GitHub spells them, outside of code."""
    found = []
    for heading in re.findall(r"^#+ +(.+?) *$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE):
        heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        again = sum(1 for one in found if re.sub(r"-\d+$", "", one) == plain)
        found.append(f"{plain}-{again}" if again else plain)
    return found


class Documents(unittest.TestCase):
    def test_links_lead_somewhere(self):
        seen = 0
        for page, text in pages().items():
            for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
                if not re.match(r"https?:", link):
                    there = os.path.join(ROOT, os.path.dirname(page), link)
                    self.assertTrue(os.path.exists(there), f"{page}: {link}")
                    seen += 1
        self.assertGreater(seen, 200)

    def test_fragments_of_links_are_headings_of_the_page(self):
        everything = pages()
        seen = 0
        for page, text in everything.items():
            for link, fragment in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", text):
                there = os.path.normpath(os.path.join(os.path.dirname(page), link)) if link else page
                self.assertIn(fragment, fragments_of(everything[there]), f"{page}: {link}#{fragment}")
                seen += 1
        self.assertGreater(seen, 50)

    def test_paths_that_the_design_names_exist(self):
        folders = [folder for folder in os.listdir(ROOT) if folder in (*CODE, "tests", "docs")]
        below = {inside: folder for folder in CODE for inside in os.listdir(os.path.join(ROOT, folder))}
        files = {os.path.basename(path) for folder in folders
                 for path in glob.glob(os.path.join(ROOT, folder, "**", "*"), recursive=True)}
        seen = 0
        for page, text in pages().items():
            for path in re.findall(r"`([^`\s]+)`", text) if page.startswith("docs/design") else ():
                if re.fullmatch(r"\w+\.(?:h|cpp|py)", path):
                    self.assertIn(path, files, page)
                elif PATH.fullmatch(path) and path.split("/")[0] in (*folders, *below):
                    first = path.split("/")[0]
                    places = [path] if first in folders else [f"{folder}/{path}" for folder in CODE]
                    there = [os.path.exists(os.path.join(ROOT, place + end)) for place in places for end in ("", ".h")]
                    self.assertIn(True, there, f"{page}: {path}")
                else:
                    continue
                seen += 1
        self.assertGreater(seen, 100)

    def test_each_step_of_the_architecture_names_classes_that_exist_and_the_file_of_one_of_them(self):
        texts = dict(sources(*CODE))
        declared = set()
        for path, text in texts.items():
            if path.endswith(".h"):
                for space in re.findall(r"^namespace (\w+)", text, re.MULTILINE):
                    for form in (r"^ *(?:class|struct) (\w+)[^;]*$", r"^[\w:<].*?\b(\w+)\("):
                        declared |= {(space, name) for name in re.findall(form, text, re.MULTILINE)}
        page = text_of("docs", "design", "architecture.md").splitlines()
        steps = [line.replace("`", "").strip("| ").split(" | ") for line in page if "::" in line]
        self.assertGreater(len(steps), 30)
        for what, who, file in steps:
            names = NAME.findall(who)
            self.assertEqual([name for name in names if name not in declared], [], what)
            self.assertTrue(any(re.search(rf"\b{name}\b", texts[file]) for _, name in names), f"{what}: {file} has none of them")

    def test_what_the_architecture_says_that_folders_may_know_is_what_the_layer_test_enforces(self):
        layers = dict(re.findall(r"^layer (\S+) +may (.+)$", text_of("tests", "layers", "layers.txt"), re.MULTILINE))
        rows = dict(re.findall(r"^\| `([\w/-]+)` \| [^|]+ \| ([^|`]+) \|$", text_of("docs", "design", "architecture.md"),
                               re.MULTILINE))
        self.assertGreater(len(rows), 30)
        self.assertEqual({folder for folder in layers if os.path.isdir(os.path.join(ROOT, folder))}, set(rows))
        for folder, may in rows.items():
            top = folder.split("/")[0]
            full = set()
            for one in [] if may in ("nothing", "no more") else may.split(", "):
                full.add(next((place for place in (f"{top}/{one}", f"shared/{one}") if place in layers and place != folder), one))
            self.assertEqual(full, set(layers[folder].split()) - {"shared/base", "nothing"}, folder)

    def test_pages_that_the_programs_name_exist(self):
        named = set()
        for path, text in sources("shared", "isns-server", "agent", "db"):
            named |= {(path, page) for page in re.findall(r"docs/[\w/.-]+\.(?:md|json|toml)", text)}
        self.assertIn(("shared/mgmt/problem.h", "docs/reference/filter.md"), named)
        self.assertEqual([one for one in sorted(named) if not os.path.exists(os.path.join(ROOT, one[1]))], [])

    def test_configuration_keys_that_are_named_exist(self):
        known = set()
        for page in ("configuration.md", "agent-configuration.md"):
            known |= set(re.findall(r"^\| `([a-z]+\.[a-z0-9_]+)` \|", text_of("docs", "reference", page), re.MULTILINE))
        self.assertGreater(len(known), 40)
        # Events of the audit log have such names, too.
        events = set(re.findall(r"`([a-z]+\.[a-z-]+)`", text_of("docs", "reference", "audit-events.md")))
        groups = {key.split(".")[0] for key in known}
        events.add("isns.control")  # the name under which tools of open-isns speak
        seen = 0
        for page, text in pages().items():
            for key in re.findall(r"(?:`|--set )([a-z]+\.[a-z_]+)\b(?!\.)", text):
                if key.split(".")[0] in groups and key not in events and not key.endswith((".db", ".md", ".pcap", ".h", ".key", ".toml")):
                    self.assertIn(key, known, page)
                    seen += 1
        self.assertGreater(seen, 100)

    def test_events_that_are_named_exist_and_each_that_warns_has_its_advice(self):
        rows = [row for page in ("log-events.md", "agent-log-events.md") for row in re.findall(
            r"^\| ([A-Z]+-\d{4}) \| (\w+) \|", text_of("docs", "reference", page), re.MULTILINE)]
        known = {event for event, _ in rows}
        self.assertGreater(len(known), 80)
        seen = 0
        for page, text in pages().items():
            for event in re.findall(r"\b(?:ISNS|AGENT|OPS)-\d{4}\b", text):
                self.assertIn(event, known, page)
                seen += 1
        self.assertGreater(seen, 200)
        advised = set(re.findall(r"(?:ISNS|AGENT|OPS)-\d{4}", "".join(
            line.split("|")[1] for page in ("troubleshooting.md", "agent.md")
            for line in text_of("docs", "operations", page).splitlines() if line.startswith("| "))))
        self.assertEqual({event for event, level in rows if level in ("warning", "error", "critical")} - advised, set())

    def test_limits_that_are_told_are_those_of_the_code(self):
        rows = re.findall(r"^\| [^|]+ \| ([\d,]+)(?: s)? \| `(\w+)` in `([^`]+)` \|$", text_of("docs", "operations", "sizing.md"),
                          re.MULTILINE)
        self.assertGreater(len(rows), 10)
        for told, name, file in rows:
            value = re.search(rf"\b{name} ?[={{] ?([\d' *]+)", text_of(file))
            self.assertIsNotNone(value, name)
            product = 1
            for factor in value[1].replace("'", "").split("*"):
                product *= int(factor)
            self.assertEqual(int(told.replace(",", "")), product, name)

    def test_metrics_of_alerts_and_dashboard_exist(self):
        known = {"up"}
        for page in ("metrics.md", "agent-metrics.md"):
            known |= set(re.findall(r"^\| `(\w+)` \| (?:gauge|counter|histogram) \|", text_of("docs", "reference", page), re.MULTILINE))
        self.assertGreater(len(known), 50)
        rules = text_of("docs", "operations", "monitoring", "sanctum.rules.yml")
        board = json.loads(text_of("docs", "operations", "monitoring", "sanctum.dashboard.json"))
        asked = re.findall(r"^ +expr: (.+)$", rules, re.MULTILINE)
        asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
        self.assertGreater(len(asked), 30)
        for expression in asked:
            named = re.findall(r"\b(?:isns|agent)_\w+", expression)
            self.assertTrue(named or expression.startswith("up"), expression)
            for name in named:
                self.assertIn(re.sub(r"_(bucket|sum|count)$", "", name), known, expression)
        # Each alert says what it is and what to do.
        self.assertEqual(rules.count("- alert:"), rules.count("annotations: {summary: "))

    def test_the_dashboard_keeps_instances_apart_and_shows_one_that_is_down(self):
        board = json.loads(text_of("docs", "operations", "monitoring", "sanctum.dashboard.json"))
        own = {"unit", "target", "portal", "lun"}  # names that each agent gives, so that two may have the same
        seen = 0
        for target in (target for panel in board["panels"] for target in panel["targets"]):
            asked, kept = target["expr"], set()
            for by in re.findall(r"\bby \(([^)]*)\)", asked):
                kept = set(by.split(", "))
                self.assertFalse(kept & own and "instance" not in kept, asked)
                seen += 1
            self.assertLessEqual(set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])), kept, asked)
            # What is not scraped has no other metric that a product could match.
            self.assertNotRegex(asked, r"\bup\b.* (?:[*/+-]|and|unless) ")
        self.assertGreater(seen, 10)

    def test_the_dashboards_ratios_count_an_agent_that_is_down(self):
        board = json.loads(text_of("docs", "operations", "monitoring", "sanctum.dashboard.json"))
        ratios = [target["expr"].split(" / ") for panel in board["panels"] for target in panel["targets"] if " / " in target["expr"]]
        self.assertEqual(len(ratios), 2)
        for part, whole in ratios:
            self.assertTrue(part.endswith(" or vector(0))"), f"{part} is nothing where all are down")
            self.assertIn('up{job="san-agent"}', whole, "what is not scraped is missing in its own metrics")

    def test_commands_of_sanctl_that_are_shown_exist(self):
        commands = set(re.findall(r"^## sanctl (.+)$", text_of("docs", "reference", "sanctl.md"), re.MULTILINE))
        leaves = {c for c in commands if not any(other.startswith(c + " ") for other in commands)}
        with_value = set(re.findall(r"^\| `(--[a-z-]+) \S+` \|", text_of("docs", "reference", "sanctl.md"), re.MULTILINE))
        self.assertGreater(min(len(leaves), len(with_value)), 50)
        seen = options = 0
        for page, text in pages().items():
            if page.startswith("docs/adr"):
                continue
            shown = re.findall(r"^    (?:\$ )?sanctl (.+)$", text, re.MULTILINE) + re.findall(r"`sanctl ([^`]+)`", text)
            for line in shown:
                words, skip = [], False
                for word in line.split():
                    if skip or word.startswith("-"):
                        skip = not skip and word in with_value
                    else:
                        words.append(word)
                named = not words or " ".join(words) in commands or words[-1] == "..."
                named = named or any(" ".join(words[:n]) in leaves for n in range(1, len(words) + 1))
                self.assertTrue(named, f"{page}: sanctl {line}")
                seen += 1
                for option in re.findall(r"(--[a-z-]+)", line):
                    self.assertIn(f"`{option}", text_of("docs", "reference", "sanctl.md"), page)
                    options += 1
        self.assertGreater(min(seen, options), 50)

    def test_a_passphrase_that_a_page_writes_into_a_file_is_removed_wherever_it_is_then(self):
        files = 0
        for page, text in pages().items():
            written = set(re.findall(r"^(\w+)# .*>\s*(/\S*passphrase)\)?$", text, re.MULTILINE))
            for words, machine, folder in re.findall(r"^\w+# scp (.*) (\w+):(/\S*/)$", text, re.MULTILINE):
                written |= {(machine, folder + os.path.basename(word)) for word in words.split() if word.endswith("passphrase")}
            for machine, file in written:
                self.assertRegex(text, rf"(?m)^{machine}# rm (.* )?{file}( |$)", page)
                files += 1
        self.assertGreaterEqual(files, 3)

    def test_nobody_is_told_to_restart_a_socket_whose_service_runs(self):
        # systemd does that in two transactions, and refuses the second one: stop both, then start both.
        told = {page: text for page, text in pages().items() if not page.startswith("docs/adr")}
        for script in ("postinst", "prerm", "postrm", "preinst"):
            told[script] = text_of("shared", "packaging", f"{script}.in")
        wrong = [place for place, text in told.items()
                 if re.search(r"(?:systemctl|deb-systemd-invoke) restart [^`\n;]*(?:\.socket|\$running|@ENABLED@|@UNITS@)", text)]
        self.assertEqual(wrong, [])

    def test_what_is_mounted_at_boot_is_named_as_udev_names_it(self):
        # systemd has no unit for a device under a link of ours, and waits for it until it gives up.
        lines = {page: re.findall(r"^.*\b_netdev\b.*$", text, re.MULTILINE) for page, text in pages().items()}
        self.assertTrue(lines["docs/howto/new-host.md"])
        for page, told in lines.items():
            for line in told:
                self.assertRegex(line, r"^    UUID=[0-9a-f-]{36} +/\S+ +\w+ +_netdev,nofail +0 +2$", page)

    def test_files_of_units_lie_where_the_packaged_agent_may_write(self):
        unit = text_of("agent", "packaging", "san-agent.service")
        self.assertIn("ProtectSystem=strict", unit)
        may = tuple(f"/var/lib/{folder}/" for folder in re.search(r"^StateDirectory=(.*)$", unit, re.MULTILINE)[1].split())
        seen = 0
        for page, text in pages().items():
            for file in re.findall(r"\bfile:(/[a-z][^\s,`\"]*)", text):
                self.assertTrue(file.startswith(may), f"{page}: {file}")
                seen += 1
        self.assertGreater(seen, 4)

    def test_an_address_that_the_server_serves_alone_is_one_of_its_control_node(self):
        page = text_of("docs", "operations", "install.md")
        served = set(re.findall(r"^    Listen\w+=([\d.]+):3205$", page, re.MULTILINE))
        self.assertEqual(len(served), 1)
        node = re.search(r'^    \[\[control_node\]\]\n    name = "isns.control"\n    addresses = (.*)$', page, re.MULTILINE)
        self.assertIsNotNone(node)
        self.assertEqual(set(json.loads(node[1])), {"127.0.0.0/8", "::1", *served})

    def test_keys_are_put_back_where_the_package_has_made_others(self):
        steps = ("systemctl stop isns-server.socket", "mv /var/lib/sanctum/keys /var/lib/sanctum/keys.unused", "isns-server restore-keys",
                 "isns-server restore /", "rm -r /var/lib/sanctum/keys.unused")
        restoring = [page for page, text in pages().items() if re.search(r"^(?: {4}|\w+# )isns-server restore-keys", text, re.MULTILINE)]
        self.assertEqual(sorted(restoring), ["docs/howto/move-server.md", "docs/operations/backup.md"])
        for page in restoring:
            text = pages()[page]
            first = text.index(steps[1])
            at = [text.rindex(steps[0], 0, first), first, *(text.index(step, first) for step in steps[2:])]
            self.assertEqual(at, sorted(at), page)

    def test_packages_are_installed_in_the_readme_by_the_commands_that_boot_runs(self):
        guide = re.findall(r"^    (apt-get install .*)$", text_of("docs", "operations", "install.md"), re.MULTILINE)
        shown = re.findall(r"^\w+# (apt-get .*)$", text_of("README.md"), re.MULTILINE)
        self.assertGreater(len(shown), 1)
        self.assertEqual(set(shown) - set(guide), set())

    def test_tests_that_the_threat_model_names_exist(self):
        known = set()
        for path in glob.glob(os.path.join(ROOT, "tests", "**", "*.cpp"), recursive=True):
            known |= {".".join(found) for found in re.findall(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", text_of(path), re.MULTILINE)}
        for path in glob.glob(os.path.join(ROOT, "tests", "**", "*.py"), recursive=True):
            known |= set(re.findall(r"^    def (test_\w+)\(", text_of(path), re.MULTILINE))
        page = text_of("docs", "security", "threat-model.md")
        named = set(re.findall(r"`([A-Z]\w+\.\w+|test_\w+)`", page))
        self.assertGreater(len(named), 40)
        self.assertEqual(named - known, set())

    def test_nothing_that_an_auditor_reads_says_compliant(self):
        for page in ("operations/auditors-guide.md", "operations/tutorial.md", "security/threat-model.md"):
            self.assertNotRegex(text_of("docs", *page.split("/")).lower(), r"complian")


class Tables(unittest.TestCase):
    PROGRAMS = ("isns-server", "agent")
    # What shared/program/process.h writes for a program, by the function that is given the event.
    REPORTED = {"failed": {"error"}, "mistaken": {"where", "error"}}

    def sources(self, program):
        return "\n".join(text_of(path) for path in glob.glob(os.path.join(ROOT, program, "app", "*.cpp")))

    def test_every_event_and_every_field_of_it_is_written_somewhere(self):
        for program in self.PROGRAMS:
            rows = re.findall(r'\{Event::(\w+), \{"[^"]+", Severity::\w+, "[^"]+",\s*\{([^}]*)\}',
                              text_of(program, "app", "log_events.h"))
            self.assertGreater(len(rows), 10)
            sources = self.sources(program)
            written = {}
            for event, fields in re.findall(r"write<(?:\w+::)?Event::(\w+)>\((.*?)\);", sources, re.DOTALL):
                written.setdefault(event, set()).update(re.findall(r'\{"(\w+)",', fields))
            for how, event in re.findall(r"(failed|mistaken)<(?:\w+::)?Event::(\w+)>\(", sources):
                written.setdefault(event, set()).update(self.REPORTED[how])
            for event, fields in rows:
                self.assertIn(event, written, program)
                self.assertEqual(set(re.findall(r'"(\w+)"', fields)), written[event], event)

    def test_every_audit_event_is_written_somewhere(self):
        rows = re.findall(r'\{AuditEvent::(\w+), \{"AUD-', text_of("shared", "ops", "audit_event.h"))
        self.assertGreater(len(rows), 50)
        files = glob.glob(os.path.join(ROOT, "isns-server", "**", "*.cpp"), recursive=True)
        written = {event for path in files for event in re.findall(r"\b(?:Row|AuditEvent)::(\w+)", text_of(path))}
        self.assertEqual(set(rows) - written, set())

    def test_every_metric_and_every_label_of_a_list_is_fed_somewhere(self):
        for program in self.PROGRAMS:
            table = text_of(program, "app", "metrics_table.h")
            sources = self.sources(program)
            metrics = re.search(r"enum class Metric [^{]*\{(.*?)kCount", table, re.DOTALL).group(1)
            self.assertGreater(len(re.findall(r"\w+", metrics)), 10)
            for metric in re.findall(r"\w+", metrics):
                self.assertRegex(sources, rf"at<(?:\w+::)?Metric::{metric}>", metric)
            for name, words in re.findall(r"enum class (\w+) : std::uint8_t \{([^}]*)kCount", table):
                for word in re.findall(r"\w+", words):
                    self.assertRegex(sources, rf"\b{name}::{word}\b", f"{name}::{word}")


if __name__ == "__main__":
    unittest.main()
