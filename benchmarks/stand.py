"""Where a benchmark is run: fresh databases, and programs that tell what they saw."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "benchmarks"


def odoo_template():
    """Name of a database with Odoo's own add-ons and none of ours.

    ``AR_TEMPLATE_ODOO`` names one; the project's set-up makes one otherwise.
    """
    named = os.environ.get("AR_TEMPLATE_ODOO")
    if named:
        return named
    sys.path.insert(0, str(ROOT))
    from devkit import workbench
    from devkit.databases import Databases
    from devkit.settings import Settings

    bench = workbench.attach(Settings.from_environment())
    return Databases(bench).dependencies_template()


def copy_database(source, name):
    """Make the database ``name`` a copy of another one, filestore included."""
    drop_database(name)
    subprocess.run(["createdb", "-T", source, name], check=True)
    if _filestore(source).is_dir():
        shutil.copytree(_filestore(source), _filestore(name), copy_function=os.link)


def drop_database(name):
    command = ["dropdb", "--force", "--if-exists", name]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    shutil.rmtree(_filestore(name), ignore_errors=True)


@contextmanager
def databases(source, *names):
    """Drop these databases in the end; the first begins as a copy of ``source``."""
    copy_database(source, names[0])
    try:
        yield names
    finally:
        for name in names:
            drop_database(name)


def _filestore(name):
    return Path(os.environ["AR_DATA"]) / "filestore" / name


def child(script, *arguments, **environment):
    """Run one of our programs in a process of its own.

    Its memory and caches are its own then, as those of a nightly worker are.

    :param str script: name of the file in this folder
    :return: what its last line says, in JSON
    """
    done = subprocess.run(
        [sys.executable, HERE / script, *map(str, arguments)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def load():
    """How busy the machine is, for the reader of the figures."""
    one, five, _fifteen = os.getloadavg()
    return f"{os.cpu_count()} CPUs, load {one:.1f} (1 min) {five:.1f} (5 min)"


def show(measure, unit="items"):
    """Print one line of figures."""
    speed = measure["units"] / measure["seconds"]
    print(
        f"  {measure['name']:31} {measure['seconds']:8.2f} s"
        f" (CPU {measure['cpu']:7.2f}) {speed:7.0f} {unit}/s"
        f" {measure['queries']:6d} queries {measure['rows']:7d} rows"
        f" {measure['memory']:5d} MB",
        flush=True,
    )
