"""OCA's ``account_credit_control``, fetched from PyPI into the cache.

It is AGPL-3: it is run beside our add-ons, in a database and a process of its own.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

MODULE = "account_credit_control"
PACKAGE = f"odoo-addon-{MODULE}==19.*"


def addons():
    """The folder with the add-on, fetched when it is not there yet.

    :return: its path, or None when the index cannot be reached
    """
    folder = Path(os.environ["AR_CACHE"]) / "oca"
    if not (folder / MODULE).is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
            + ["-d", folder / "wheels", PACKAGE],
        )
        if done.returncode:
            return None
        (wheel,) = (folder / "wheels").glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "content")
        (folder / "content/odoo/addons" / MODULE).rename(folder / MODULE)
    return folder


def install(database):
    """Install it in a database that has Odoo's accounting."""
    subprocess.run(
        [os.environ["AR_ODOO"], f"--database={database}", f"--init={MODULE}"]
        + ["--stop-after-init", "--no-http", "--max-cron-threads=0"]
        + ["--log-level=critical", f"--addons-path={addons()}"]
        + [f"--data-dir={os.environ['AR_DATA']}"]
        + [
            f"--db_{name}={os.environ[f'AR_PG{name.upper()}']}"
            for name in ("host", "port", "user")
            if os.environ.get(f"AR_PG{name.upper()}")
        ],
        check=True,
    )


def version():
    """Version of the wheel that was fetched."""
    (wheel,) = (addons() / "wheels").glob("*.whl")
    return wheel.name.split("-")[1]
