"""Calls a Python function with an Odoo Environment; run by the prepared Python.

    python -m devkit.inside DATABASE FILE:FUNCTION RESULT.json [NAME=JSON ...]

What the function writes is committed when it returns, and rolled back when it
raises. What it returns is written to RESULT.json.
"""

import importlib.util
import json
import os
import sys
from pathlib import Path


def main(arguments):
    """Call the function in the database; see the module's text."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    database, target, result_file, *pairs = arguments
    config.parse_config(
        [
            f"--database={database}",
            f"--addons-path={os.environ['AR_ROOT']}",
            f"--data-dir={os.environ['AR_DATA']}",
        ],
        setup_logging=True,
    )
    function = _load(target)
    keywords = {
        name: json.loads(value)
        for name, _, value in (pair.partition("=") for pair in pairs)
    }
    with Registry(database).cursor() as cr:
        result = function(api.Environment(cr, SUPERUSER_ID, {}), **keywords)
    Path(result_file).write_text(json.dumps(result, default=str), encoding="utf-8")


def _load(target):
    """Return the function named ``path/to/file.py:function``."""
    path, _, name = target.rpartition(":")
    sys.path.insert(0, str(Path(path).resolve().parent))  # its neighbours
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return getattr(module, name)


def export_templates(env, folder, names):
    """Write the translatable texts of add-ons to ``folder/<add-on>.pot``."""
    from odoo.tools.translate import trans_export

    for name in names:
        with open(Path(folder) / f"{name}.pot", "wb") as sink:
            trans_export(None, [name], sink, "po", env)
    return names


if __name__ == "__main__":
    main(sys.argv[1:])
