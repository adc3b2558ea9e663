"""Entry point. Only this file must be understood by a Python that is too old."""

import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def python_refusal(version):
    """Return the sentence that refuses a Python version, or None when it fits.

    Odoo 19 itself takes 3.10 to 3.13 (``odoo/release.py``); the test tools pinned in
    requirements.txt begin at 3.11, which is Debian 12's.
    """
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    return (
        "Python %d.%d runs this, and it needs 3.11 to 3.13: name another one, "
        "for instance `make demo PYTHON=python3.11`." % tuple(version[:2])
    )


if __name__ == "__main__":
    refusal = python_refusal(sys.version_info)
    if refusal:
        sys.exit(refusal)
    from devkit.cli import main

    sys.exit(main(sys.argv[1:]))
