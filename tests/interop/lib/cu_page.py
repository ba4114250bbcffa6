"""The page of what iscsi-test-cu says of a target on several stores: the same outcomes give the same page."""

import collections

from lib.test_cu import EITHER, FAILED, PASSED, SKIPPED


def page(runs, expectations, command):
    """Markdown. `runs` and `expectations` by the name of the store: outcomes of the same tests, and the table of each."""
    results = {store: {outcome.test: _result(outcome, expectations[store]) for outcome in outcomes}
               for store, outcomes in runs.items()}
    counts = {store: collections.Counter(result for result, _ in of.values()) for store, of in results.items()}
    lines = [
        "# Conformance: san-agent", "",
        f"Made by `{command}`; do not edit. All tests of libiscsi's iscsi-test-cu (Debian 12), one a process, for each store of a",
        "unit: a file, a file past the page cache, a block device, memory (with blocks of 512 bytes, as the others, and of 4096), a unit",
        "of another target, an export of an NBD server.",
        "Each with mutual CHAP and header digests, and over two sessions, one of which takes each command at random; four tests at a",
        "time, each at a target of the same agent. Behind the remote unit are mutual CHAP, header and data digests again.", "",
        _row("", runs), _rule(runs)]
    for result in (PASSED, FAILED, SKIPPED, EITHER):
        lines.append(_row(result, [counts[store][result] for store in runs]))
    lines += ["", "What did not pass, and why that is so (either: the result is chance):", "",
              "| test | result | with these stores | why |", "|---|---|---|---|", *_exceptions(results)]
    lines += ["", "Tests that passed, of all in the suite:", "", _row("suite", runs), _rule(runs)]
    for suite in dict.fromkeys(_suite(test) for of in results.values() for test in of):
        lines.append(_row(suite, [_passed_of(of, suite) for of in results.values()]))
    return "\n".join(lines) + "\n"


def _row(head, cells):
    return f"| {head} | " + " | ".join(str(cell) for cell in cells) + " |"


def _rule(runs):
    return "|---|" + "---|" * len(runs)


def _suite(test):
    return test.split(".")[0]


def _result(outcome, expectations):
    """What the page says of it: the result, and why it is none that passed."""
    wanted = expectations.of(outcome.test)
    if wanted.result == EITHER:
        return EITHER, wanted.reason
    if outcome.result == PASSED:
        return PASSED, ""
    unexpected = f"**not expected**: {outcome.reason}".replace("|", "\\|")
    return outcome.result, wanted.reason if wanted.result == outcome.result else unexpected


def _passed_of(results, suite):
    of = [result for test, (result, _) in results.items() if _suite(test) == suite]
    return str(len(of)) if set(of) == {PASSED} else f"{of.count(PASSED)} of {len(of)}"


def _exceptions(results):
    """A line for each test, result and reason, with all stores of which that is so."""
    stores = collections.defaultdict(list)
    for store, of in results.items():
        for test, (result, why) in of.items():
            if result != PASSED:
                stores[test, result, why].append(store)
    return [f"| {test} | {result} | {'all' if len(of) == len(results) else ', '.join(of)} | {why} |"
            for (test, result, why), of in sorted(stores.items())]
