"""Lets the benchmarks import the add-ons' engines without Odoo."""

import importlib.machinery
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def _stub(name, folder=None):
    module = ModuleType(name)
    module.__path__ = [str(folder)] if folder else []
    module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def ready():
    """One stub package per add-on stands at its folder, without its models."""
    if "odoo" in sys.modules:
        return
    _stub("odoo")
    _stub("odoo.addons")
    for manifest in sorted(ROOT.glob("ar_*/__manifest__.py")):
        _stub(f"odoo.addons.{manifest.parent.name}", manifest.parent)
