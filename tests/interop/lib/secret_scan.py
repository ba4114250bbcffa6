"""Scans for secrets that prove themselves: each must find by the same look what is known to be there, or was planted there for
it, before it counts that it finds no secret. Secrets and known words are looked for as UTF-8 and as Qt's strings have them.
"""

import os

from lib.memory import memory_of

PLANTED_FILE = "planted-for-the-scan"


def _found(content, words):
    return sorted(word for word in words if any(word.encode(form) in content for form in ("utf-8", "utf-16-le")))


def assert_nowhere(test, where, content, secrets, known):
    """None of the secrets is in the content (bytes or text), in which the known word is."""
    content = content.encode() if isinstance(content, str) else content
    test.assertTrue(secrets, "there are secrets to look for")
    test.assertEqual(_found(content, [known]), [known], f"{where}: what is there is not found")
    test.assertEqual(_found(content, secrets), [], f"{where}: a secret")


def assert_not_in_memory(test, pid, secrets, known, what="the memory"):
    """None of the secrets is in what the process has written, in which the known word is."""
    assert_nowhere(test, what, memory_of(pid), secrets, known)


def assert_not_in_files(test, folder, secrets, leave_out=()):
    """None of the secrets is in a file below the folder, but for the folders that are left out; the paths of those files."""
    planted = os.path.join(folder, PLANTED_FILE)
    with open(planted, "w", encoding="utf-8") as file:
        file.write("\n".join(secrets))
    scanned, found = [], {}
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(here, name) not in leave_out]
        for path in (os.path.join(here, name) for name in names):
            if not os.path.isfile(path):
                continue  # a socket
            with open(path, "rb") as file:
                if secrets_here := _found(file.read(), secrets):
                    found[path] = secrets_here
            scanned.append(path)
    os.remove(planted)
    scanned.remove(planted)
    test.assertEqual(found.pop(planted), sorted(secrets), "what is planted is not found")
    test.assertEqual(found, {}, "files with secrets")
    return scanned
