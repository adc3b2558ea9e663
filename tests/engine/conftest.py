"""Lets tests import ``odoo.addons.<add-on>.engine`` with neither Odoo nor a database.

One stub package per add-on stands at its folder, without running its
``__init__`` (which imports models). Any other import of odoo fails here, as it
must: engines are pure.
"""

import importlib.machinery
import sys
from pathlib import Path
from types import ModuleType

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]

# What is checked is the rule, not how busy the machine is.
settings.register_profile(
    "rules", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rules")


def _stub(name, folder=None):
    module = ModuleType(name)
    module.__path__ = [str(folder)] if folder else []
    module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


_stub("odoo")
_stub("odoo.addons")
for _manifest in sorted(ROOT.glob("ar_*/__manifest__.py")):
    _stub(f"odoo.addons.{_manifest.parent.name}", _manifest.parent)
