"""The cache folder: one run at a time, whole or absent, enough room."""

import contextlib
import fcntl
import os
import shutil
import stat

from devkit.ui import Problem

#: Bytes wanted for the very first set-up: Odoo 0.4 GB, Python 0.5, databases 0.4,
#: downloads 0.4, Debian packages 0.5.
ROOM_FIRST = 3 * 10**9
ROOM_LATER = 300 * 10**6


def open_cache(cache):
    """Create the cache folder.

    :raise Problem: when it cannot be written.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        probe = cache / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Problem(
            f"The cache folder {cache} cannot be written ({error.strerror}): "
            "make it writable, or name another one with AR_CACHE=/some/folder."
        ) from error


def check_room(cache, prepared):
    """Refuse to start on a disk that is too full to finish.

    :param bool prepared: whether an earlier run has already done the big part.
    :raise Problem: when the disk has less room than the work needs.
    """
    wanted = ROOM_LATER if prepared else ROOM_FIRST
    free = shutil.disk_usage(cache).free
    if free < wanted:
        raise Problem(
            f"The disk of {cache} has {free / 1e9:.1f} GB free and this needs "
            f"{wanted / 1e9:.1f} GB: make room, or name a folder on another disk "
            "with AR_CACHE=/some/folder."
        )


@contextlib.contextmanager
def lock(cache, purpose):
    """Hold the cache for one run; it is freed even when the process dies.

    :raise Problem: when another run holds it.
    """
    path = cache / "lock"
    with open(path, "a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another run"
            raise Problem(
                f"{holder} is already at work in {cache}: let it finish, or use "
                "another folder with AR_CACHE=/some/folder."
            ) from None
        handle.truncate(0)
        handle.write(f"`{purpose}` (process {os.getpid()})")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


@contextlib.contextmanager
def staged(final):
    """Build a folder under a temporary name; it gets its name only when whole.

    Leftovers of an interrupted run are removed first.
    """
    building = final.with_name(f"{final.name}.building")
    remove(building)
    building.mkdir(parents=True)
    yield building
    remove(final)
    building.rename(final)


def remove(path):
    """Remove a file or a folder, read-only parts included, if it is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        for folder, _, _ in os.walk(path):
            if not os.access(folder, os.W_OK | os.X_OK):
                os.chmod(folder, stat.S_IRWXU)
        shutil.rmtree(path)


def size_text(*folders):
    """Return the size of all files below the folders, as ``12 MB``."""
    total = 0
    for top in folders:
        for folder, _, names in os.walk(top):
            for name in names:
                with contextlib.suppress(OSError):
                    total += os.lstat(os.path.join(folder, name)).st_size
    return f"{total / 1e6:.0f} MB"
