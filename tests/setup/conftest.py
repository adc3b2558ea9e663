"""A set-up of its own for each test: empty cache, nothing inherited, no network."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from devkit.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
INHERITED = ("AR_", "PG", "ODOO_", "DATABASE_URL", "PIP_")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """Forget what `make test` told this process about its own set-up."""
    for name in list(os.environ):
        if name.startswith(INHERITED):
            monkeypatch.delenv(name)
    # nothing listens there: whoever asks the network fails at once
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.fixture
def settings(tmp_path):
    """Settings of a small repository with an empty cache."""
    root = tmp_path / "repository"
    (root / "tests").mkdir(parents=True)
    (root / "requirements.txt").write_text("")
    cache = tmp_path / "cache"
    cache.mkdir()
    return Settings(cache=cache, root=root)


@pytest.fixture
def devkit(tmp_path):
    """Run ``python -m devkit`` as a user does; return code and what it printed."""

    def call(*arguments, **environment):
        environment.setdefault("AR_CACHE", str(tmp_path / "other-cache"))
        done = subprocess.run(
            [sys.executable, "-m", "devkit", *arguments],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return call


@pytest.fixture
def fake_program(tmp_path, monkeypatch):
    """Put a shell script before every other program of that name."""
    folder = tmp_path / "fake-bin"

    def make(name, script):
        folder.mkdir(exist_ok=True)
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return make


def odoo_tree(folder, version_info):
    """Write the least that tells an Odoo's version."""
    release = folder / "odoo/release.py"
    release.parent.mkdir(parents=True)
    release.write_text(
        "RELEASE_LEVELS = [ALPHA, BETA, FINAL] = ['alpha', 'beta', 'final']\n"
        f"version_info = {version_info}\n"
    )
    return folder


def write_wheel(folder, name):
    """Write an installable package without any code."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{info}/RECORD", "")
