"""The workshop of this repository: set-up, demo, tests, lint.

Run it as ``python3 -m devkit VERB`` or through the Makefile. It needs nothing
but the Python standard library; what it prepares lives in one cache folder.

The modules, from the ground up::

    ui            steps on the terminal, Problem (a sentence for the user)
    settings      paths and environment variables
    commands      running programs, their logs, Ctrl-C
    files         lock, temporary-then-rename folders, free space
    debian, apt   packages of the system; packages unpacked into the cache
    odoo_source   where Odoo 19 comes from
    python_env    the virtual environment
    postgres      the database server, the user's or a private one
    workbench     all of the above, ready to use (`prepare`)
    databases     templates, copies
    server, demo  the demo company
    stages        `make test`; lint, sizes, i18n: what its first stage checks
"""
