"""What Odoo's log may not contain, and the few lines of Odoo's own that it may."""

import re

LEVEL = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")

#: Pattern → why a line that matches says nothing about the add-ons.
ALLOWED = {
    r"(WARNING|ERROR).* odoo\.sql_db: bad query: .*pg_trgm": (
        "a server without contrib modules: Odoo falls back to plain indexes"
    ),
}


def complaints(text):
    """Return the lines of a log that report something, with what follows them."""
    found, keep = [], False
    for line in text.splitlines():
        if re.match(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,", line):
            keep = bool(LEVEL.match(line)) and not any(
                re.search(pattern, line) for pattern in ALLOWED
            )
        elif "Warning:" not in line:
            keep = keep and bool(line.strip())
        if keep:
            found.append(line)
    return found
