"""Where things are, and which environment variables change that."""

import os
from dataclasses import dataclass
from pathlib import Path

from devkit.ui import Problem

ROOT = Path(__file__).resolve().parent.parent

#: Variables of the caller that would silently turn Odoo or pytest elsewhere.
FOREIGN = ("PGDATABASE", "PYTHONPATH", "PYTHONHOME", "PYTEST_ADDOPTS")


@dataclass(frozen=True)
class Settings:
    """Paths in the cache, and the choices made through the environment.

    ========================  ====================================================
    ``AR_CACHE``              cache folder, default ``.cache`` in the repository
    ``AR_PORT``               HTTP port of the demo, default 8069
    ``AR_INTERFACE``          its address, default 127.0.0.1 (this machine only)
    ``ODOO_HOME``             an Odoo 19.0 source tree to use
    ``DATABASE_URL``/``PG*``  a PostgreSQL server to use
    ========================  ====================================================
    """

    cache: Path
    root: Path = ROOT

    @classmethod
    def from_environment(cls):
        """Read ``AR_CACHE``; nothing is created."""
        named = os.environ.get("AR_CACHE")
        cache = Path(named).expanduser() if named else ROOT / ".cache"
        return cls(cache=cache.absolute())

    @property
    def port(self):
        """HTTP port of the demo."""
        named = os.environ.get("AR_PORT") or "8069"
        if not named.isdigit():
            raise Problem(f"AR_PORT={named} is no port: give a number such as 8070.")
        return int(named)

    @property
    def interface(self):
        """Address the demo listens on."""
        return os.environ.get("AR_INTERFACE") or "127.0.0.1"

    @property
    def requirements(self):
        """The pinned Python packages."""
        return self.root / "requirements.txt"

    @property
    def venv(self):
        """The virtual environment."""
        return self.cache / "venv"

    @property
    def python(self):
        """The interpreter that has Odoo and everything in requirements.txt."""
        return self.venv / "bin" / "python"

    @property
    def data(self):
        """Odoo's data folder (filestore, sessions)."""
        return self.cache / "data"

    @property
    def logs(self):
        """One log file per step that runs other programs."""
        return self.cache / "log"

    @property
    def run(self):
        """Files ``NAME.pid`` of background processes; `stop` ends each of them."""
        return self.cache / "run"


def clean_environment():
    """Return the caller's environment without what would mislead Odoo."""
    return {
        key: value
        for key, value in os.environ.items()
        if key not in FOREIGN and not key.startswith("ODOO_")
    }
