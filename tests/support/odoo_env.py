"""An Odoo environment inside a plain Python process, as a cron worker has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def odoo_env(
    database: str,
    *,
    host: str = "",
    user: str = "",
    data_dir: str = "",
    addons_path: str = "",
    log_level: str = "warn",
) -> Iterator:
    """Yield an environment of the superuser on ``database``; the caller commits.

    Empty arguments are left to Odoo's configuration and PostgreSQL's own variables.
    """
    import odoo.api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    arguments = ["--no-http", f"--log-level={log_level}", "-d", database]
    for option, value in (
        ("--db_host", host),
        ("--db_user", user),
        ("--data-dir", data_dir),
        ("--addons-path", addons_path),
    ):
        if value:
            arguments += [option, value]
    config.parse_config(arguments, setup_logging=True)
    registry = Registry(database)
    with registry.cursor() as cr:
        yield odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
