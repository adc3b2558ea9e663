"""A company with receipts to clear, behind a real server."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.processes import free_port
from tests.support.scenes import served


@dataclass
class Place:
    """The company being served."""

    database: str
    url: str
    folder: Path
    workbench: object

    def inside(self, function: str):
        """Call a function of ``books.py`` with an environment of the database."""
        result = self.folder / "inside.json"
        command = [
            self.workbench.settings.python,
            "-m",
            "devkit.inside",
            self.database,
            f"tests/lettering/books.py:{function}",
            result,
        ]
        done = subprocess.run(
            [str(part) for part in command],
            env=self.workbench.environment(PYTHONHASHSEED="0"),
            cwd=self.workbench.settings.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(result.read_text())


@pytest.fixture
def place(workbench, database, tmp_path):
    """The company, its ten receipts, and a server."""
    name, port = database("letter"), free_port()
    found = Place(name, f"http://127.0.0.1:{port}", tmp_path, workbench)
    found.inside("build")
    with served(workbench, name, tmp_path, port):
        yield found
