"""Everything ready to work: Odoo, Python, PostgreSQL, and how to call them."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from devkit import debian, files, odoo_source, postgres, python_env
from devkit.settings import Settings, clean_environment
from devkit.ui import Problem


@dataclass(frozen=True)
class Workbench:
    """A prepared environment.

    :ivar bool started_cluster: whether this run had to start the private cluster.
    """

    settings: Settings
    odoo: odoo_source.OdooSource
    server: postgres.Server
    started_cluster: bool = False

    def environment(self, **more):
        """Return the variables for programs that work with Odoo or a database.

        Tests and the demo read these::

            AR_ROOT, AR_CACHE         repository, cache folder
            AR_PYTHON, AR_ODOO        interpreter and `odoo` command to use
            AR_DATA, AR_RUN, AR_LOGS  Odoo's data folder, pid files, logs
            AR_PGHOST …, PGHOST …     the database server
            AR_CHROMIUM               the browser, empty when there is none
        """
        settings = self.settings
        chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
        postgres_again = {f"AR_{key}": value for key, value in self.server.env.items()}
        return {
            **clean_environment(),
            **self.server.env,
            **postgres_again,
            "PATH": f"{settings.venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "AR_ROOT": str(settings.root),
            "AR_CACHE": str(settings.cache),
            "AR_PYTHON": str(settings.python),
            "AR_ODOO": str(settings.venv / "bin/odoo"),
            "AR_DATA": str(settings.data),
            "AR_RUN": str(settings.run),
            "AR_LOGS": str(settings.logs),
            "AR_CHROMIUM": chromium,
            **{key: str(value) for key, value in more.items()},
        }

    def odoo_command(self, *arguments):
        """Return the command line of Odoo with our add-ons and data folder."""
        settings = self.settings
        return [
            settings.python,
            settings.venv / "bin/odoo",
            *arguments,
            f"--addons-path={settings.root}",
            f"--data-dir={settings.data}",
        ]


def attach(settings):
    """Return the workbench of a program that `prepare` has already been run for.

    The environment of such a program names the database server.
    """
    server = postgres.named_server() or postgres.PrivateCluster(settings).server
    return Workbench(settings, odoo_source.find(settings), server)


def is_prepared(settings):
    """Tell whether an earlier run has fetched the big things."""
    return python_env.is_ready(settings) and odoo_source.find(settings) is not None


def prepare(settings, tests=True):
    """Make everything ready, doing only what is not done yet.

    :param bool tests: also what only tests need (the browser).
    :rtype: Workbench
    :raise Problem: with the way out.
    """
    odoo_source.find(settings)  # a wrong ODOO_HOME is refused before any work
    named = postgres.named_server()
    files.open_cache(settings.cache)
    files.check_room(settings.cache, is_prepared(settings))
    odoo = _fetch_in_parallel(settings, tests, named)
    python_env.show_odoo(settings, odoo)
    for folder in (settings.data, settings.run, settings.logs):
        folder.mkdir(exist_ok=True)
    if named:
        postgres.check(settings, named)
        return Workbench(settings, odoo, named)
    cluster = postgres.PrivateCluster(settings)
    started = cluster.start()
    return Workbench(settings, odoo, cluster.server, started)


def _fetch_in_parallel(settings, tests, named):
    """Run Debian's packages, Odoo and pip at the same time: each waits on others."""
    skip = {"postgresql"} if named else set()
    wanted = debian.missing(tests, skip)
    first = [package for package in wanted if package.name == "python3-venv"]
    debian.install(first, settings.logs / "debian.log")
    wanted = [package for package in wanted if package not in first]
    pool = ThreadPoolExecutor(max_workers=3)
    try:
        jobs = [
            pool.submit(debian.install, wanted, settings.logs / "debian.log"),
            pool.submit(python_env.prepare, settings),
            pool.submit(_find_or_fetch, settings),
        ]
        problems = [str(error) for error in map(_problem_of, jobs) if error]
    finally:  # after Ctrl-C, do not wait for what is being abandoned
        pool.shutdown(wait=False, cancel_futures=True)
    if problems:
        raise Problem("\n".join(dict.fromkeys(problems)))
    return jobs[-1].result()


def _problem_of(job):
    try:
        job.result()
    except Problem as problem:
        return problem
    return None


def _find_or_fetch(settings):
    return odoo_source.find(settings) or odoo_source.fetch(settings)
