"""A customer's page on a real server, and ways to look at it."""

import pytest

from tests.support.scenes import scene as scene_of
from tests.support.scenes import served

DATABASE = "ar_t_page"


@pytest.fixture(scope="module")
def scene(databases):
    """What the scene made; the database is dropped afterwards."""
    with scene_of(databases, DATABASE, "tests/page/scene.py") as play:
        yield play()


@pytest.fixture(scope="module")
def url(scene, workbench, tmp_path_factory):
    """The address of the server."""
    with served(workbench, DATABASE, tmp_path_factory.mktemp("server")) as address:
        yield address
