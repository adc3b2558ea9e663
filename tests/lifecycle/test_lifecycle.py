"""Install, upgrade, uninstall: with real Odoo processes, the log read each time."""

import json

import pytest
from odoo_log import complaints
from schema import added, ledger, lost, photograph

from devkit import addons
from devkit.commands import run

ADDONS = addons.names()
HUB = "ar_collections"
SPOKES = [name for name in ADDONS if name != HUB]


@pytest.fixture
def odoo(workbench, tmp_path):
    """Run Odoo to its end on a database; return its log, which must be silent."""
    conf = tmp_path / "odoo.conf"
    settings = workbench.settings
    conf.write_text(
        f"[options]\naddons_path = {settings.root}\ndata_dir = {settings.data}\n"
        "max_cron_threads = 0\n"
    )
    odoo_program = [settings.python, settings.venv / "bin/odoo"]

    def call(database, *arguments, command=()):
        log = tmp_path / "odoo.log"
        log.unlink(missing_ok=True)
        options = ["-c", conf, "-d", database, *arguments]
        if not command:
            options += ["--no-http", "--stop-after-init"]
        line = [*odoo_program, *command, *options]
        run(line, log, env=workbench.environment(), cwd=settings.root)
        text = log.read_text()
        assert complaints(text) == [], f"odoo {' '.join(arguments)}"
        return text

    return call


@pytest.fixture
def books(workbench, tmp_path):
    """Post a few entries in a database."""

    def post(name):
        result = tmp_path / "books.json"
        target = "tests/lifecycle/books.py:build"
        line = [workbench.settings.python, "-m", "devkit.inside", name, target, result]
        environment = workbench.environment()
        run(line, tmp_path / "books.log", env=environment, cwd=workbench.settings.root)
        assert json.loads(result.read_text()) > 30

    return post


def states(databases, name):
    """Return {add-on: state} of ours in a database."""
    rows = databases.query(
        "SELECT name, state FROM ir_module_module WHERE name LIKE 'ar\\_%'",
        database=name,
    )
    return {addon: state for addon, state in rows if addon in ADDONS}


def uninstall(odoo, name, *names):
    odoo(name, *names, command=("module", "uninstall"))


def assert_clean(databases, name, before):
    """Nothing of ours is left, and nothing else was lost."""
    after = photograph(databases, name)
    assert added(before, after) == []
    assert lost(before, after) == []


def test_all_installed_upgraded_and_uninstalled_leave_the_books_alone(
    databases, database, odoo, books
):
    name = database("all", source=databases.dependencies_template())
    books(name)
    before, entries = photograph(databases, name), ledger(databases, name)

    odoo(name, "-i", ",".join(ADDONS))
    assert set(states(databases, name).values()) == {"installed"}
    assert ledger(databases, name) == entries

    odoo(name, "-u", ",".join(ADDONS))
    assert set(states(databases, name).values()) == {"installed"}
    assert ledger(databases, name) == entries

    for addon in reversed(ADDONS):  # the spokes first, the hub last
        uninstall(odoo, name, addon)
        assert states(databases, name)[addon] == "uninstalled"
    assert_clean(databases, name, before)
    assert ledger(databases, name) == entries


@pytest.mark.parametrize("addon", SPOKES or [HUB])
def test_each_alone_and_taken_away_with_the_hub(databases, database, odoo, addon):
    name = database(f"alone_{addon}", source=databases.dependencies_template())
    before = photograph(databases, name)

    odoo(name, "-i", addon)
    installed = {
        each for each, state in states(databases, name).items() if state == "installed"
    }
    assert installed == {addon, HUB}

    uninstall(odoo, name, HUB)  # takes its dependents away, too
    assert "installed" not in states(databases, name).values()
    assert_clean(databases, name, before)


def test_one_after_the_other_from_nothing_with_demo_data(databases, database, odoo):
    name = database("demo", source=None)
    for addon in ADDONS:
        odoo(name, "--with-demo", "-i", addon)
        assert states(databases, name)[addon] == "installed"
    (rows,) = databases.query(
        "SELECT count(*) FROM ir_module_module WHERE demo AND name LIKE 'ar\\_%'",
        database=name,
    )
    assert rows == [len(ADDONS)]
    entries = ledger(databases, name)
    odoo(name, "-u", HUB)
    uninstall(odoo, name, HUB)
    assert ledger(databases, name) == entries
