"""A ledger in the tree: a CSV file, a row a run, and a page of the documentation that is made of all rows."""

import csv
import fcntl
import os
import subprocess


def commit():
    """Of the tree that this file is in."""
    return subprocess.run(["git", "-C", os.path.dirname(os.path.abspath(__file__)), "rev-parse", "--short", "HEAD"],
                          capture_output=True, text=True, check=False).stdout.strip()


def keep(ledger, fields, page, page_of, row=None):
    """Adds a row, where there is one, and writes the page anew. Runs side by side may add at the same time."""
    with open(ledger, "a+", encoding="utf-8", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        rows = list(csv.DictReader(file))
        if row:
            writer = csv.DictWriter(file, fields, lineterminator="\n")
            if file.tell() == 0:
                writer.writeheader()
            writer.writerow(row)
            rows.append({key: str(value) for key, value in row.items()})
        with open(page, "w", encoding="utf-8") as made:
            made.write(page_of(rows))
