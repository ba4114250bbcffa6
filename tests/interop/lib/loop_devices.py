"""Loop devices of one test. They are the machine's, so another test has the name that was this one's a moment ago: they
are told by their file, never by their name."""

import subprocess


def on_files_of(folder):
    """The names of those on files below this folder."""
    done = subprocess.run(["losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE"], capture_output=True, text=True,
                          timeout=60, check=True)
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    return [name for name, file in lines if file.startswith(f"{folder}/")]


def detach(folder):
    for device in on_files_of(folder):
        subprocess.run(["losetup", "--detach", device], timeout=60, check=False, capture_output=True)
