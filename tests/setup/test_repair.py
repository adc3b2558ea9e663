"""An interrupted run leaves nothing half-made that counts, and the next one repairs."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, write_wheel

from devkit import files, odoo_source, postgres, python_env, server
from devkit.ui import Problem


def test_a_failed_folder_never_gets_its_name(tmp_path):
    final = tmp_path / "odoo"
    with pytest.raises(RuntimeError), files.staged(final) as building:
        (building / "half").write_text("")
        raise RuntimeError
    assert not final.exists()
    with files.staged(final) as building:
        assert list(building.iterdir()) == []  # what was left is gone
        (building / "whole").write_text("")
    assert [path.name for path in final.iterdir()] == ["whole"]
    assert [path.name for path in tmp_path.iterdir()] == ["odoo"]


def test_pip_failed_then_the_next_run_finishes(settings, monkeypatch, tmp_path):
    settings.requirements.write_text("ar-test-package\n")
    with pytest.raises(Problem):
        python_env.prepare(settings)
    assert not python_env.is_ready(settings)
    write_wheel(tmp_path / "wheels", "ar_test_package")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    python_env.prepare(settings)
    assert python_env.is_ready(settings)
    assert list(settings.venv.rglob("ar_test_package.py"))
    stamp = (settings.venv / "stamp.json").stat().st_mtime_ns
    python_env.prepare(settings)  # nothing to do
    assert (settings.venv / "stamp.json").stat().st_mtime_ns == stamp
    settings.requirements.write_text("ar-test-package  # changed\n")
    assert not python_env.is_ready(settings)


def write_deb(folder, name, paths):
    """Build a Debian package with the given {path: text}."""
    tree = folder / f"tree-{name}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        f"Package: {name}\nVersion: 19.0.0-1\nArchitecture: all\n"
        "Maintainer: none <none@example.com>\nDescription: test\n"
    )
    for path, text in paths.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    deb = folder / f"{name}_19.0.0-1_all.deb"
    command = ["dpkg-deb", "--root-owner-group", "-b", str(tree), str(deb)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def mirror(tmp_path, fake_program):
    """Debian's mirror, as far as `apt-get download` shows it."""
    debs = tmp_path / "mirror"
    debs.mkdir()
    place = "usr/lib/python3/dist-packages"
    content = {
        f"{place}/odoo/release.py": "version_info = (19, 0, 0, FINAL, 0, '')\n",
        f"{place}/odoo/addons/mail/i18n/fr.po": "",
        f"{place}/odoo/addons/mail/i18n/de.po": "",
        f"{place}/addons/mail/double.py": "",
    }
    write_deb(debs, "odoo-19", content)
    for name in (*odoo_source.LINKED, "fonts-font-awesome"):
        write_deb(debs, name, {f"usr/share/{name}/file": ""})
    fake_program(
        "apt-get",
        'case "$*" in *indextargets*) echo "http://mirror.invalid/debian main";;\n'
        f'*" download "*) cp {debs}/*.deb .;; esac',
    )
    return debs


def test_odoo_is_taken_from_debian_and_mended(settings, mirror):
    (settings.cache / "odoo.building/half").mkdir(parents=True)  # interrupted before
    found = odoo_source.fetch(settings)
    assert found.version == "19.0.0-1"
    assert found.tree == odoo_source.fetched(settings).tree
    addons = found.tree / "odoo/addons"
    assert (addons / "mail/i18n/fr.po").exists()
    assert not (addons / "mail/i18n/de.po").exists()
    assert not (found.tree / "addons").exists()
    assert (addons / odoo_source.STUBS[0]).exists()
    assert (settings.cache / "odoo/usr/share/libjs-jquery/file").exists()
    assert sorted(path.name for path in settings.cache.iterdir()) == ["log", "odoo"]


def test_a_broken_download_is_not_unpacked(settings, mirror):
    (mirror / "odoo-19_19.0.0-1_all.deb").write_text("cut off")
    with pytest.raises(Problem, match="run this again"):
        odoo_source.fetch(settings)
    assert odoo_source.fetched(settings) is None


def test_ctrl_c_ends_everything_at_once(tmp_path, fake_program):
    fake_program("apt-get", f"echo $$ > {tmp_path}/apt.pid\nexec sleep 300")
    environment = {**os.environ, "AR_CACHE": str(tmp_path / "c")}
    child = subprocess.Popen(  # the Python below the prepared one, which has no Odoo
        [sys._base_executable, "-m", "devkit", "prepare"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # jobs in a shell's background inherit an ignored SIGINT; a terminal's do not
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "apt.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    text, _ = child.communicate(timeout=20)
    assert child.returncode == 130
    assert "Traceback" not in text
    assert "run it again" in text
    assert not python_env.is_ready(_settings(tmp_path / "c"))
    with files.lock(tmp_path / "c", "the next run"):
        pass  # the lock went with the process
    assert not Path("/proc", (tmp_path / "apt.pid").read_text().strip()).exists()
    assert _alive_below(tmp_path / "c") == []


def _settings(cache):
    from devkit.settings import Settings

    return Settings(cache=cache)


def _alive_below(folder):
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in command and "pytest" not in command:
            found.append(command)
    return found


def test_a_half_made_cluster_is_made_anew(settings):
    cluster = postgres.PrivateCluster(settings)
    (cluster.folder / "data.building").mkdir(parents=True)
    (cluster.folder / "data.building/PG_VERSION").write_text("15\n")
    (cluster.folder / "data").mkdir()
    try:
        assert cluster.start()
        assert not cluster.start()  # it runs
        assert cluster.is_running()
        if os.geteuid() == 0:
            pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
            assert os.stat(f"/proc/{pid}").st_uid == postgres.SERVER_UID
        mode = (cluster.folder / ".s.PGSQL.5432").stat().st_mode & 0o777
        assert mode == 0o700
    finally:
        assert cluster.stop()
        files.remove(cluster.folder)
    assert not cluster.is_running()


def test_the_cluster_goes_elsewhere_when_the_cache_does_not_suit(tmp_path):
    deep = tmp_path / ("long-name-" * 8) / ("long-name-" * 4)
    assert postgres.cluster_folder(deep).parent == Path("/var/tmp")
    assert len(str(postgres.cluster_folder(deep) / ".s.PGSQL.5432.lock")) < 107
    assert postgres.cluster_folder(Path("/opt/x")) == Path("/opt/x/pg")


def test_root_does_not_put_the_cluster_where_its_user_cannot_go(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert postgres.cluster_folder(closed / "c").parent == Path("/var/tmp")


def test_stop_ends_a_recorded_process_and_no_other(tmp_path):
    sleeper = subprocess.Popen(["sleep", "300"])
    other = subprocess.Popen(["sleep", "300"])
    try:
        server.write_pid(tmp_path / "simulator.pid", sleeper.pid)
        recycled = tmp_path / "recycled.pid"
        recycled.write_text(f"{other.pid}\n1\n")  # that id started at another time
        assert not server.stop(recycled)
        assert other.poll() is None
        assert server.stop(tmp_path / "simulator.pid", seconds=5)
        assert sleeper.wait(timeout=5) == -signal.SIGTERM
        assert not (tmp_path / "simulator.pid").exists()
    finally:
        for process in (sleeper, other):
            process.kill()
            process.wait()


def test_remove_copes_with_read_only_folders(tmp_path):
    folder = tmp_path / "a/b"
    folder.mkdir(parents=True)
    (folder / "file").write_text("")
    folder.chmod(0o500)
    files.remove(tmp_path / "a")
    assert not (tmp_path / "a").exists()
    assert shutil.which("setpriv"), "needed to run PostgreSQL as another user"
