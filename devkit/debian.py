"""The Debian packages this needs: the one list, and their installation."""

import contextlib
import glob
import importlib.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devkit.commands import CommandFailed, output, run, tail_of
from devkit.settings import clean_environment
from devkit.ui import Problem, console


def _file(pattern):
    return lambda: bool(glob.glob(pattern))


def _program(name):
    return lambda: shutil.which(name) is not None


@dataclass(frozen=True)
class Package:
    """A Debian package, why it is wanted and how to see that it is there.

    :ivar only_tests: the demo does without it.
    :ivar optional: skipped where the distribution does not have it.
    """

    name: str
    reason: str
    present: Callable[[], bool]
    only_tests: bool = False
    optional: bool = False


PACKAGES = (
    Package(
        "python3-venv",
        "Debian's python3 cannot create a virtual environment without it",
        lambda: importlib.util.find_spec("ensurepip") is not None,
    ),
    Package(
        "postgresql",
        "the database server's programs; no cluster of the system is created",
        _file("/usr/lib/postgresql/*/bin/initdb"),
    ),
    Package(
        "libmagic1",
        "recognises the type of uploaded proofs (used by python-magic)",
        _file("/usr/lib/*/libmagic.so.1"),
    ),
    Package(
        "fonts-dejavu-core",
        "letters in PDF documents and in browser screenshots",
        _file("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    ),
    Package(
        "wkhtmltopdf",
        "PDF of letters and invoices; Odoo shows HTML without it",
        _program("wkhtmltopdf"),
        optional=True,
    ),
    Package(
        "chromium",
        "the browser of the end-to-end tests, driven by Playwright and by Odoo",
        _program("chromium"),
        only_tests=True,
    ),
)

#: Read by Debian's postgresql-common when a server package is being installed.
CLUSTER_CHOICE = Path("/etc/postgresql-common/createcluster.d/ar-no-main-cluster.conf")


def missing(tests, skip=()):
    """Return the packages that are not there.

    :param bool tests: also those only tests need.
    :param skip: names not wanted, such as postgresql when the user names a server.
    """
    return [
        package
        for package in PACKAGES
        if package.name not in skip
        and (tests or not package.only_tests)
        and not package.present()
    ]


def install(packages, log):
    """Install Debian packages as root; say what to do otherwise.

    :raise Problem: when not root, without apt-get, or when apt-get fails.
    """
    if not packages:
        return
    packages = _available(packages)
    names = [package.name for package in packages]
    if names and (os.geteuid() != 0 or not shutil.which("apt-get")):
        raise Problem(
            f"Missing on this machine: {', '.join(names)} (names of Debian packages): "
            f"install them, for instance `sudo apt-get install {' '.join(names)}`, "
            "and run this again."
        )
    for package in packages:
        console.say(f"            Debian package {package.name}: {package.reason}")
    if names:
        with (
            console.step(f"apt-get install {' '.join(names)}", lambda: _last_line(log)),
            _no_main_cluster(),
        ):
            _apt_get_install(names, log)


def _last_line(log):
    return tail_of(log, lines=1)[:40]


def _available(packages):
    """Leave out optional packages that cannot be installed here."""
    wanted = [package for package in packages if not package.optional]
    optional = [package for package in packages if package.optional]
    if os.geteuid() == 0 and shutil.which("apt-cache"):
        for package in optional:
            known = output(["apt-cache", "policy", package.name])
            never_updated = not glob.glob("/var/lib/apt/lists/*Packages*")
            if never_updated or "Candidate: (none)" not in known and known:
                wanted.append(package)
    return wanted


def _apt_get_install(names, log):
    environment = {**clean_environment(), "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-q", "-y", "--no-install-recommends", "install", *names]
    try:
        with contextlib.suppress(CommandFailed):  # lists too old, or none yet
            return run(command, log, env=environment)
        run(["apt-get", "-q", "update"], log, env=environment)
        run(command, log, env=environment)
    except CommandFailed as error:
        raise Problem(
            f"apt-get could not install {' '.join(names)} (details in {log}): check "
            "the network and the free disk space, then run this again."
        ) from error


@contextlib.contextmanager
def _no_main_cluster():
    """Keep Debian from creating and starting a cluster of its own.

    Debian's package does so when it is installed; the private cluster needs
    only its programs. The choice is removed afterwards, so that whoever
    installs PostgreSQL on purpose later gets the usual behaviour.
    """
    created = False
    if not CLUSTER_CHOICE.parent.parent.exists():
        CLUSTER_CHOICE.parent.mkdir(parents=True)
        CLUSTER_CHOICE.write_text("create_main_cluster = false\n", encoding="utf-8")
        created = True
    try:
        yield
    finally:
        if created:
            CLUSTER_CHOICE.unlink(missing_ok=True)
