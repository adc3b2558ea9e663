"""Fixtures for tests that work with real processes on copies of a template.

`make test` gives them everything through the environment; a single file runs
with ``python3 -m devkit pytest tests/lifecycle``.
"""

import os

import pytest

from devkit.databases import Databases
from devkit.settings import Settings
from devkit.workbench import attach


@pytest.fixture(scope="session")
def workbench():
    """The prepared environment (`devkit.workbench.Workbench`)."""
    return attach(Settings.from_environment())


@pytest.fixture(scope="session")
def databases(workbench):
    """The databases of the server (`devkit.databases.Databases`)."""
    return Databases(workbench)


@pytest.fixture
def database(databases):
    """Make databases for one test: ``database("name")`` returns the new one's name.

    By default it is a copy of the template in which all add-ons are installed;
    ``source=`` names another one, and ``source=None`` makes none at all, for a
    program that creates it. All are dropped after the test.
    """
    made, template = [], os.environ.get("AR_TEMPLATE")

    def make(name, source=template):
        full = f"ar_t_{name}"
        databases.drop(full)
        made.append(full)
        if source:
            databases.copy(source, full)
        return full

    yield make
    for name in made:
        databases.drop(name)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; one for all, a second one cannot start beside it."""
    from tests.support.browser import chromium

    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def pictures(workbench):
    """Folder of the screenshots, kept after the tests."""
    folder = workbench.settings.cache / "pictures"
    folder.mkdir(exist_ok=True)
    return folder
