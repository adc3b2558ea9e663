"""The engines import neither Odoo nor the network."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {"odoo", "requests", "psycopg2", "urllib", "socket", "http"}


def imported_names(path):
    """Return (line, dotted name) of every absolute import in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module


def impure(name):
    """Tell whether an import has no place in an engine; other engines have one."""
    parts = name.split(".")
    if parts[:2] == ["odoo", "addons"] and parts[3:4] == ["engine"]:
        return False
    return parts[0] in FORBIDDEN


def test_engines_import_neither_odoo_nor_the_network():
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sorted(ROOT.glob("ar_*/engine/**/*.py"))
        for line, name in imported_names(path)
        if impure(name)
    ]
    assert found == []


def test_the_check_sees_an_impure_import(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("from odoo import models\nimport requests.sessions\n")
    assert [name for _, name in imported_names(module) if impure(name)] == [
        "odoo",
        "requests.sessions",
    ]
    assert not impure("odoo.addons.ar_collections.engine.money")
    assert impure("odoo.addons.ar_collections.models.item")
