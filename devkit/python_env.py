"""The virtual environment with everything in requirements.txt, and Odoo in sight."""

import hashlib
import json
import os
import subprocess
import sys

from devkit import files
from devkit.commands import CommandFailed, output, run
from devkit.settings import clean_environment
from devkit.ui import Problem, console


def requirements_key(settings):
    """Return a key that changes with requirements.txt or with the interpreter."""
    content = settings.requirements.read_bytes()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()[:16]


def _read_stamp(settings):
    try:
        return json.loads((settings.venv / "stamp.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def is_ready(settings):
    """Tell whether the environment is whole and matches requirements.txt."""
    return _read_stamp(settings).get("requirements") == requirements_key(settings)


def prepare(settings):
    """Create or bring up to date the virtual environment.

    :raise Problem: when it cannot be created or PyPI cannot be reached.
    """
    if is_ready(settings):
        return
    log = settings.logs / "python.log"
    same_python = _read_stamp(settings).get("python") == sys.version
    if not same_python:  # also after an interruption: no stamp was written
        files.remove(settings.venv)
        _create(settings, log)
    (settings.venv / "stamp.json").unlink(missing_ok=True)
    _install(settings, log)
    stamp = {"requirements": requirements_key(settings), "python": sys.version}
    (settings.venv / "stamp.json").write_text(json.dumps(stamp), encoding="utf-8")


def _create(settings, log):
    with console.step(f"Python {sys.version.split()[0]}: virtual environment"):
        try:
            run([sys.executable, "-m", "venv", settings.venv], log)
        except CommandFailed as error:
            raise Problem(
                f"{sys.executable} could not create a virtual environment (details "
                f"in {log}): install its venv module (Debian: python3-venv), or name "
                "another Python, for instance `make demo PYTHON=python3.11`."
            ) from error


def _install(settings, log):
    environment = clean_environment()
    environment.setdefault("PIP_CACHE_DIR", str(settings.cache / "pip"))
    command = [
        settings.python,
        "-m",
        "pip",
        "install",
        "--no-input",
        "--no-compile",
        "--prefer-binary",
        "--progress-bar=off",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "-r",
        settings.requirements,
    ]
    site = settings.venv / "lib"
    with console.step(
        "Python: packages of requirements.txt", lambda: files.size_text(site)
    ):
        try:
            run(command, log, env=environment)
        except CommandFailed as error:
            raise Problem(_pip_sentence(error.tail, log)) from error


def _pip_sentence(tail, log):
    if "No space left" in tail:
        return (
            "The disk is full: make room, or name a folder on another disk with "
            "AR_CACHE=/some/folder."
        )
    if "No matching distribution" in tail and "from versions: none" not in tail:
        return (
            "A package of requirements.txt does not exist for Python "
            f"{sys.version.split()[0]} (details in {log}): name another Python, for "
            "instance `make demo PYTHON=python3.12`."
        )
    return (
        f"pip could not install requirements.txt (details in {log}): check that PyPI "
        "can be reached and run this again; what was downloaded is kept."
    )


def show_odoo(settings, source):
    """Make `import odoo`, `python -m odoo` and ``odoo==19.0`` work in there.

    odoo is a namespace package in version 19, so a path file is enough; the
    dist-info satisfies packages that require the distribution.
    """
    (site,) = (settings.venv / "lib").glob("python3*/site-packages")
    path_file = site / "odoo19.pth"
    line = f"{source.tree}\n"
    if path_file.is_file() and path_file.read_text(encoding="utf-8") == line:
        return
    info = site / "odoo-19.0.dist-info"
    info.mkdir(exist_ok=True)
    metadata = "Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "INSTALLER").write_text("devkit\n", encoding="utf-8")
    (info / "RECORD").write_text("", encoding="utf-8")
    script = settings.venv / "bin/odoo"
    script.write_text(
        f"#!{settings.python}\nfrom odoo.cli import main\n\nmain()\n", encoding="utf-8"
    )
    script.chmod(0o755)
    path_file.write_text(line, encoding="utf-8")


def check_import(settings):
    """Fail early and clearly when Odoo does not start at all.

    :raise Problem: with Odoo's own last line.
    """
    try:
        output([settings.python, "-c", "import odoo.cli, odoo.tools.config"])
    except (CommandFailed, OSError, subprocess.SubprocessError) as error:
        raise Problem(
            f"Odoo does not start in {settings.venv} ({str(error).splitlines()[-1]}): "
            "`make clean` and run this again, or check ODOO_HOME "
            f"({os.environ.get('ODOO_HOME', 'not set')})."
        ) from error
