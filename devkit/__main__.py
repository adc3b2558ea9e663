"""Entry point. Only this file must be understood by a Python that is too old."""

import sys

OLDEST, NEWEST = (3, 10), (3, 13)


def python_refusal(version):
    """Return the sentence that refuses a Python version, or None when it fits.

    The range is Odoo 19's own (``odoo/release.py``).
    """
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    return (
        "Python %d.%d runs this, and Odoo 19 needs 3.10 to 3.13: name another one, "
        "for instance `make demo PYTHON=python3.11`." % tuple(version[:2])
    )


if __name__ == "__main__":
    refusal = python_refusal(sys.version_info)
    if refusal:
        sys.exit(refusal)
    from devkit.cli import main

    sys.exit(main(sys.argv[1:]))
