"""Odoo inside a plain Python process: what a cron worker is, without its schedule."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

#: Odoo's options and the variables that name them in this project's set-up.
OPTIONS = {
    "--db_host": "AR_PGHOST",
    "--db_port": "AR_PGPORT",
    "--db_user": "AR_PGUSER",
    "--data-dir": "AR_DATA",
    "--addons-path": "AR_ROOT",
}


def odoo_options() -> list[str]:
    """Options for the database server, data folder and add-ons of this machine."""
    return [
        f"{option}={os.environ[name]}"
        for option, name in OPTIONS.items()
        if os.environ.get(name)
    ]


class Worker:
    """Runs functions in a database, each in a transaction of its own."""

    def __init__(self, database: str, log_level: str = "error"):
        from odoo.modules.registry import Registry
        from odoo.tools import config

        arguments = ["--no-http", f"--log-level={log_level}", f"--database={database}"]
        config.parse_config([*arguments, *odoo_options()], setup_logging=True)
        self._registry_of = Registry
        self.database = database

    def run(self, function: Callable, *arguments, **keywords):
        """Call ``function(env, ...)`` as superuser; commit when it returns.

        What other processes changed in the registry or its caches is seen first, and a
        clash with another transaction means another try, as the server itself does.
        """
        import odoo.api
        from odoo.service.model import retrying

        registry = self._registry_of(self.database).check_signaling()
        with registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
            return retrying(partial(function, env, *arguments, **keywords), env)


@contextmanager
def odoo_env(database: str, log_level: str = "error") -> Iterator:
    """Yield an environment of the superuser on ``database``; the caller commits."""
    import odoo.api

    registry = Worker(database, log_level)._registry_of(database)
    with registry.cursor() as cr:
        yield odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
