"""Each thing that can be wrong on a machine ends in one sentence with the way out."""

import ast
import errno
import os
import re
import shutil
import socket
from collections import namedtuple

import pytest
from conftest import ROOT, odoo_tree, write_wheel

from devkit import cli, debian, files, odoo_source, postgres, python_env, workbench
from devkit.__main__ import python_refusal
from devkit.server import check_port
from devkit.settings import Settings, clean_environment
from devkit.ui import Problem


def assert_one_sentence(text, *words):
    """A problem names the matter and stays on one line."""
    assert "\n" not in text.strip()
    assert "Traceback" not in text
    for word in words:
        assert word in text


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_a_python_that_does_not_fit_is_refused(version):
    text = python_refusal(version)
    assert_one_sentence(text, f"{version[0]}.{version[1]}", "3.11 to 3.13", "PYTHON=")


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_a_python_that_fits_is_taken(minor):
    assert python_refusal((3, minor, 1)) is None


def test_an_old_python_can_read_the_refusal():
    text = (ROOT / "devkit/__main__.py").read_text()
    ast.parse(text, feature_version=(3, 4))
    assert not re.search(r"\bf\"", text)


def test_an_older_odoo_is_refused_before_any_work(devkit, tmp_path):
    home = odoo_tree(tmp_path / "odoo18", "(18, 0, 0, FINAL, 0, '')")
    code, text = devkit("prepare", ODOO_HOME=str(home))
    assert code == 1
    assert_one_sentence(text, "ODOO_HOME", "Odoo 18.0", "19.0")
    assert os.listdir(tmp_path / "other-cache") == ["lock"]


def test_a_later_series_is_refused_too(tmp_path, monkeypatch, settings):
    home = odoo_tree(tmp_path / "saas", "('saas~19', 2, 0, FINAL, 0, '')")
    monkeypatch.setenv("ODOO_HOME", str(home))
    with pytest.raises(Problem, match=r"saas~19\.2"):
        odoo_source.find(settings)


def test_a_folder_without_odoo_is_refused(devkit, tmp_path):
    code, text = devkit("prepare", ODOO_HOME=str(tmp_path))
    assert code == 1
    assert_one_sentence(text, "ODOO_HOME", "holds no Odoo")


def test_the_odoo_that_odoo_home_names_is_used(tmp_path, monkeypatch, settings):
    home = odoo_tree(tmp_path / "odoo19", "(19, 0, 0, FINAL, 0, '')")
    monkeypatch.setenv("ODOO_HOME", str(home))
    found = odoo_source.find(settings)
    assert (found.tree, found.origin) == (home, "ODOO_HOME")


def test_a_cache_that_cannot_be_written_is_refused(devkit):
    code, text = devkit("prepare", AR_CACHE="/dev/null/cache")
    assert code == 1
    assert_one_sentence(text, "/dev/null/cache", "AR_CACHE=")


def test_a_full_disk_is_refused_at_the_start(settings, monkeypatch):
    usage = namedtuple("usage", "total used free")(10**12, 10**12, 10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(Problem) as refusal:
        files.check_room(settings.cache, prepared=False)
    assert_one_sentence(str(refusal.value), "0.1 GB free", "AR_CACHE=")


def test_a_disk_that_fills_up_on_the_way_is_named(monkeypatch, capsys, tmp_path):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(cli.VERBS, "prepare", full)
    assert cli.main(["prepare"]) == 1
    assert_one_sentence(capsys.readouterr().err, "disk is full", "AR_CACHE=")


def test_a_port_in_use_is_named_with_the_way_to_another():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem) as refusal:
            check_port("127.0.0.1", port)
    assert_one_sentence(str(refusal.value), str(port), f"AR_PORT={port + 1} make demo")
    check_port("127.0.0.1", port)  # free again


def test_a_verb_that_does_not_exist_shows_the_help(devkit):
    code, text = devkit("tset")
    assert code == 2
    assert "'tset'" in text and "make VERB" in text


def test_no_network_for_debian(settings, fake_program):
    fake_program(
        "apt-get",
        'case "$*" in *indextargets*) echo "http://mirror.invalid/debian main";;\n'
        '*) echo "Temporary failure resolving" >&2; exit 100;; esac',
    )
    with pytest.raises(Problem) as refusal:
        odoo_source.fetch(settings)
    assert_one_sentence(str(refusal.value), "network", "ODOO_HOME")
    assert "Temporary failure" in (settings.logs / "odoo.log").read_text()


def test_a_machine_without_apt_is_told_about_odoo_home(settings, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Problem, match="ODOO_HOME"):
        odoo_source.fetch(settings)


def test_no_network_for_pip(settings):
    settings.requirements.write_text("requests==2.31.0\n")
    with pytest.raises(Problem) as refusal:
        python_env.prepare(settings)
    assert_one_sentence(str(refusal.value), "PyPI", "run this again")
    assert not python_env.is_ready(settings)


def test_missing_debian_packages_are_named_to_those_who_are_not_root(
    settings, monkeypatch
):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    wanted = [package for package in debian.PACKAGES if package.name == "postgresql"]
    with pytest.raises(Problem) as refusal:
        debian.install(wanted, settings.logs / "debian.log")
    assert_one_sentence(str(refusal.value), "sudo apt-get install postgresql")


def test_what_is_optional_is_not_asked_of_those_who_are_not_root(settings, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    wanted = [package for package in debian.PACKAGES if package.optional]
    assert wanted
    debian.install(wanted, settings.logs / "debian.log")


@pytest.fixture
def prepared(workbench):
    """Settings whose Python has psycopg2."""
    return workbench.settings


def test_a_server_that_does_not_answer(prepared, monkeypatch):
    url = "postgresql://collector:s3cret@127.0.0.1:9/postgres"
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(Problem) as refusal:
        postgres.check(prepared, postgres.named_server())
    text = str(refusal.value)
    assert_one_sentence(text, "DATABASE_URL", "refused", "unset")
    assert "s3cret" not in text


def test_a_url_of_another_kind(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://localhost/x")
    with pytest.raises(Problem, match="postgresql://"):
        postgres.named_server()


def test_a_role_that_may_not_create_databases(prepared, databases):
    databases.query("DROP ROLE IF EXISTS ar_t_poor", "CREATE ROLE ar_t_poor LOGIN")
    env = {**databases.bench.server.env, "PGUSER": "ar_t_poor"}
    try:
        with pytest.raises(Problem) as refusal:
            postgres.check(prepared, postgres.Server(env, "PG* variables"))
    finally:
        databases.query("DROP ROLE ar_t_poor")
    assert_one_sentence(str(refusal.value), "ar_t_poor", "CREATEDB")


def test_a_good_server_is_taken(prepared, databases):
    postgres.check(prepared, databases.bench.server)


def test_a_second_run_at_once_is_refused(settings):
    with files.lock(settings.cache, "make test"):
        with pytest.raises(Problem) as refusal:
            with files.lock(settings.cache, "make demo"):
                raise AssertionError("two runs at once")
    assert_one_sentence(str(refusal.value), "`make test`", str(os.getpid()))
    with files.lock(settings.cache, "make demo"):
        pass


def test_all_problems_of_one_run_are_told_together(settings, fake_program):
    fake_program("apt-get", "exit 100")
    settings.requirements.write_text("requests==2.31.0\n")
    with pytest.raises(Problem) as refusal:
        workbench.prepare(settings)
    assert "PyPI" in str(refusal.value)


def test_variables_that_would_mislead_odoo_are_not_passed_on(monkeypatch):
    monkeypatch.setenv("ODOO_RC", "/etc/odoo/production.conf")
    monkeypatch.setenv("PGDATABASE", "production")
    passed = clean_environment()
    assert "ODOO_RC" not in passed and "PGDATABASE" not in passed
    assert "PATH" in passed


def test_a_port_that_is_no_number(monkeypatch):
    monkeypatch.setenv("AR_PORT", "eighty")
    with pytest.raises(Problem, match="AR_PORT"):
        Settings.from_environment().port  # noqa: B018


def test_a_package_that_does_not_exist_for_this_python(settings, monkeypatch, tmp_path):
    wheels = tmp_path / "wheels"
    write_wheel(wheels, "ar_test_package")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    settings.requirements.write_text("ar-test-package==2.0\n")
    with pytest.raises(Problem) as refusal:
        python_env.prepare(settings)
    assert_one_sentence(str(refusal.value), "does not exist for Python", "PYTHON=")
