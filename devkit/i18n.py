"""Export of the translatable texts, from a database where the add-ons are."""

import json

from devkit import addons, files
from devkit.commands import run, show
from devkit.databases import Databases


def fresh_templates(bench):
    """Have Odoo export one .pot per add-on; return their folder."""
    folder = bench.settings.cache / "i18n"
    with files.staged(folder) as building:
        database = Databases(bench).template()
        ours = addons.names(bench.settings.root)
        command = [
            bench.settings.python,
            "-m",
            "devkit.inside",
            database,
            "devkit/inside.py:export_templates",
            building / "result.json",
            f"folder={json.dumps(str(building))}",
            f"names={json.dumps(ours)}",
        ]
        log = bench.settings.logs / "i18n.log"
        run(command, log, env=bench.environment(), cwd=bench.settings.root)
    return folder


def export(bench):
    """Write i18n/*.pot anew and merge i18n/fr.po; return the exit code."""
    folder = fresh_templates(bench)
    ours = addons.names(bench.settings.root)
    command = [bench.settings.python, "-m", "devkit.i18n_check", *ours]
    command += [f"--fresh={folder}", "--merge"]
    return show(command, env=bench.environment(), cwd=bench.settings.root)
