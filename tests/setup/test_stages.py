"""`make test` fails when it should: skipped tests, too few tests, no tests."""

import os
import sys
from types import SimpleNamespace

import pytest

from devkit import addons, sizes, stages


@pytest.fixture
def bench(settings):
    """A workbench of which only pytest is used."""
    fake = SimpleNamespace(
        root=settings.root, cache=settings.cache, python=sys.executable
    )
    return SimpleNamespace(settings=fake, environment=lambda **_: dict(os.environ))


def run_stage(bench, body, floor=0):
    tests = bench.settings.root / "tests"
    (tests / "floor.toml").write_text(f"# comment\n[floor]\nsample = {floor}  # few\n")
    (tests / "test_sample.py").write_text(body)
    return stages._pytest_stage(bench, "sample", ["-pno:odoo", "tests"])


def test_passing_tests_are_counted(bench):
    body = "def test_a(): pass\ndef test_b(): pass\n"
    assert run_stage(bench, body, floor=2) == (stages.Count(passed=2), [])


def test_fewer_tests_than_the_floor_fail(bench):
    _, trouble = run_stage(bench, "def test_a(): pass\n", floor=2)
    assert trouble == ["1 tests ran, fewer than the floor of 2"]


def test_a_skipped_test_fails(bench):
    body = (
        "import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip('no browser')\n"
    )
    count, trouble = run_stage(bench, body)
    assert count == stages.Count(passed=1, skipped=1)
    assert trouble == ["1 skipped, and none may be"]


def test_no_test_at_all_fails(bench):
    _, trouble = run_stage(bench, "")
    assert trouble == ["pytest ended with code 5"]


def test_a_file_that_cannot_be_read_fails(bench):
    count, trouble = run_stage(bench, "import nothing_of_that_name\n")
    assert count.failed == 1 and trouble


def test_no_folder_fails(bench):
    _, trouble = stages._pytest_stage(bench, "sample", ["-pno:odoo"])
    assert trouble == ["there is no test folder"]


@pytest.mark.parametrize(
    ("count", "complaints", "code", "line"),
    [
        (stages.Count(7, 0, 0), [], 0, "total: 7 passed, 0 failed, 0 skipped"),
        (stages.Count(6, 1, 0), ["x"], 1, "total: 6 passed, 1 failed, 0 skipped"),
        (stages.Count(7, 0, 0), ["lint: x"], 1, "total: 7 passed, 1 failed, 0 skipped"),
    ],
)
def test_the_last_line_is_the_plain_total(capsys, count, complaints, code, line):
    assert stages._close(count, complaints, 1.5) == code
    *_, summary, last = capsys.readouterr().out.splitlines()
    assert last == line
    assert summary.startswith("=") and f"{count.passed} passed in 1.50s" in summary


def test_add_ons_come_after_what_they_depend_on(settings):
    for name, depends in (("ar_a", ["ar_z", "mail"]), ("ar_z", ["account"])):
        (settings.root / name).mkdir()
        manifest = {"name": name, "depends": depends}
        (settings.root / name / "__manifest__.py").write_text(repr(manifest))
    assert addons.names(settings.root) == ["ar_z", "ar_a"]
    assert {"account", "mail"} <= set(addons.dependencies(settings.root))
    assert "ar_z" not in addons.dependencies(settings.root)


def test_the_template_key_follows_what_is_installed_only(settings):
    addon = settings.root / "ar_a"
    for folder in ("models", "tests", "static/src", "static/description"):
        (addon / folder).mkdir(parents=True)
    (addon / "__manifest__.py").write_text("{'name': 'A', 'depends': []}")
    keys = [addons.install_key(settings.root)]
    for path in ("tests/test_a.py", "static/src/a.js", "readme.md"):
        (addon / path).write_text("x")
        assert addons.install_key(settings.root) == keys[0], path
    for path in ("models/a.py", "a.xml", "static/description/icon.svg"):
        (addon / path).write_text("x")
        keys.append(addons.install_key(settings.root))
    assert len(set(keys)) == 4


def test_long_files_and_functions_are_found(tmp_path):
    addon = tmp_path / "ar_a"
    addon.mkdir()
    body = "\n".join(["    pass"] * sizes.FUNCTION_LINES)
    (addon / "long.py").write_text(f"def long():\n{body}\n")
    (addon / "short.py").write_text(f"def short():\n{body[9:]}\n")
    (addon / "view.xml").write_text("\n" * (sizes.FILE_LINES + 1))
    assert list(sizes.findings(tmp_path)) == [
        "ar_a/long.py:1: long has 51 lines, at most 50",
        "ar_a/view.xml: 501 lines, at most 500",
    ]
