"""`make doctor`: what would be used, changing nothing."""

import shutil
import sys

from devkit import addons, debian, odoo_source, postgres, python_env
from devkit.server import check_port, running_pid
from devkit.ui import Problem


def report(settings):
    """Print one line per ingredient; return 1 when one of them is a problem."""
    code = 0
    for name, question in _questions(settings):
        try:
            answer = question()
        except Problem as problem:
            answer, code = f"PROBLEM: {problem}", 1
        print(f"{name:<16} {answer}")
    return code


def _questions(settings):
    return (
        ("cache", lambda: _cache(settings)),
        ("Python", lambda: f"{sys.version.split()[0]} ({sys.executable})"),
        ("Python packages", lambda: _state(python_env.is_ready(settings))),
        ("Odoo", lambda: _odoo(settings)),
        ("PostgreSQL", lambda: _postgres(settings)),
        ("Debian packages", _packages),
        ("add-ons", lambda: ", ".join(addons.names(settings.root)) or "none"),
        ("port", lambda: _port(settings)),
    )


def _state(ready):
    return "ready" if ready else "to be installed (requirements.txt)"


def _cache(settings):
    if not settings.cache.exists():
        return f"{settings.cache} (to be created)"
    free = shutil.disk_usage(settings.cache).free / 1e9
    return f"{settings.cache} ({free:.1f} GB free on its disk)"


def _odoo(settings):
    found = odoo_source.find(settings)
    if found is None:
        return "to be fetched: Debian's package odoo-19"
    return f"{found.version} ({found.origin}: {found.tree})"


def _postgres(settings):
    named = postgres.named_server()
    if named and python_env.is_ready(settings):
        postgres.check(settings, named)
        return f"{named.origin}: it answers"
    if named:
        return f"{named.origin}: not asked yet, Python packages come first"
    cluster = postgres.PrivateCluster(settings)
    state = "running" if cluster.is_running() else "not running"
    return f"private, {state} ({cluster.folder})"


def _packages():
    skip = {"postgresql"} if postgres.named_server() else set()
    absent = [package.name for package in debian.missing(True, skip)]
    return f"to be installed: {' '.join(absent)}" if absent else "all there"


def _port(settings):
    if running_pid(settings.run / "odoo.pid"):
        return f"{settings.port}: the demo's server is running"
    check_port(settings.interface, settings.port)
    return f"{settings.port}: free"
