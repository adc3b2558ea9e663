"""The database server: the one the user names, else a private cluster.

The private cluster lives in the cache, answers on a Unix socket only, and never
runs as root. It is for demos and tests: it trades durability for speed.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from devkit import files
from devkit.commands import CommandFailed, run
from devkit.settings import clean_environment
from devkit.ui import Problem, console

#: "nobody", who owns nothing else; PostgreSQL refuses to run as root.
SERVER_UID = 65534
SOCKET_PATH_LIMIT = 107  # of the kernel, for the whole path of the socket
ROLE = "odoo"  # Odoo refuses to work as the role postgres
NAMING = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSSLMODE", "PGSERVICE")

CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
jit = off
# made anew at will: speed before durability
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@dataclass(frozen=True)
class Server:
    """A reachable PostgreSQL server.

    :ivar dict env: PG* variables; libpq and Odoo both read them.
    :ivar str origin: where it comes from, in words.
    """

    env: dict
    origin: str

    @property
    def host(self):
        """Host name or socket folder."""
        return self.env.get("PGHOST", "")


def named_server():
    """Return the server named by DATABASE_URL or PG* variables, or None."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return Server(_from_url(url), "DATABASE_URL")
    if os.environ.get("PGHOST") or os.environ.get("PGSERVICE"):
        env = {key: os.environ[key] for key in NAMING if os.environ.get(key)}
        return Server(env, "PG* variables")
    return None


def _from_url(url):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise Problem(
            "DATABASE_URL does not begin with postgresql://: write it as "
            "postgresql://USER:PASSWORD@HOST:PORT, or unset it to use a private server."
        )
    query = dict(urllib.parse.parse_qsl(parts.query))
    values = {
        "PGHOST": query.get("host") or parts.hostname or "localhost",
        "PGPORT": str(parts.port or query.get("port") or ""),
        "PGUSER": urllib.parse.unquote(parts.username or query.get("user") or ""),
        "PGPASSWORD": urllib.parse.unquote(parts.password or ""),
        "PGSSLMODE": query.get("sslmode", ""),
    }
    return {key: value for key, value in values.items() if value}


def check(settings, server):
    """Make sure that a server can be used as Odoo needs it.

    :raise Problem: saying what it refuses.
    """
    question = (
        "SELECT current_setting('server_version_num')::int, rolcreatedb OR rolsuper,"
        " rolname FROM pg_roles WHERE rolname = current_user"
    )
    try:
        ((version, may_create, role),) = query(settings, server, question)
    except Refused as error:
        raise Problem(
            f"PostgreSQL ({server.origin}) refuses: {error}. Correct DATABASE_URL or "
            "PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset them to use a private "
            "server."
        ) from error
    if version < 130000:
        raise Problem(
            f"PostgreSQL ({server.origin}) has version {version // 10000} and Odoo 19 "
            "needs 13 or newer: name another server, or none to use a private one."
        )
    if role == "postgres" or not may_create:
        raise Problem(
            f"Odoo cannot work with the PostgreSQL role {role}: name a role that may "
            "create databases and is not called postgres "
            "(CREATE ROLE odoo LOGIN CREATEDB)."
        )


class Refused(Exception):
    """The server did not do what it was asked; the text is its own."""


_CLIENT = """
import json, sys, psycopg2
database, statements = json.load(sys.stdin)
rows = []
try:
    connection = psycopg2.connect(dbname=database, connect_timeout=10)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
    print(json.dumps({"rows": rows}, default=str))
except psycopg2.Error as error:
    print(json.dumps({"error": " ".join(str(error).split())}))
"""


def query(settings, server, *statements, database="postgres"):
    """Execute statements, each committed; return the rows of the last.

    It goes through the prepared Python, because psql is not everywhere.

    :raise Refused: with the server's message.
    """
    done = subprocess.run(
        [settings.python, "-c", _CLIENT],
        input=json.dumps([database, statements]),
        env={**clean_environment(), **server.env},
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(done.stdout or '{"error": "no answer"}')
    if "error" in answer:
        raise Refused(answer["error"])
    return answer["rows"]


class PrivateCluster:
    """A cluster of our own in the cache."""

    def __init__(self, settings):
        self.settings = settings
        self.folder = cluster_folder(settings.cache)
        self.data = self.folder / "data"
        self.log = self.folder / "postgresql.log"

    @property
    def server(self):
        """How to connect to it."""
        env = {"PGHOST": str(self.folder), "PGUSER": ROLE, "PGPORT": "5432"}
        return Server(env, "private, in the cache")

    def is_running(self):
        """Tell whether its process is there and its socket too."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return False
        socket = self.folder / ".s.PGSQL.5432"
        return str(self.data).encode() in command and socket.exists()

    def start(self):
        """Create it when needed, and start it when it is not running.

        :return: whether it had to be started.
        :raise Problem: when it does not start.
        """
        if self.is_running():
            return False
        if not (self.data / "PG_VERSION").is_file():
            self._create()
        with console.step("PostgreSQL: start"):
            try:
                self._pg_ctl("-l", self.log, "-w", "start")
            except CommandFailed as error:
                raise Problem(
                    f"The private PostgreSQL server does not start (details in "
                    f"{self.log}): `make stop`, then run this again; when it still "
                    "fails, `make clean` makes a new one."
                ) from error
        return True

    def stop(self):
        """Stop it if it runs; return whether it did."""
        if not self.is_running():
            return False
        self._pg_ctl("-m", "fast", "-w", "stop")
        return True

    def _create(self):
        with console.step("PostgreSQL: new private cluster"):
            building = self.folder / "data.building"
            files.remove(building)
            files.remove(self.data)
            self.folder.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(self.folder, SERVER_UID, SERVER_UID)
            arguments = [
                "-D",
                building,
                "-U",
                ROLE,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ]
            try:
                self._as_server([_program("initdb"), *arguments])
            except CommandFailed as error:
                raise Problem(
                    f"PostgreSQL could not create a cluster in {self.folder} (details "
                    f"in {error.log}): check its rights and the free disk space, or "
                    "name another folder with AR_CACHE=/some/folder."
                ) from error
            with open(building / "postgresql.conf", "a", encoding="utf-8") as conf:
                conf.write(CONFIGURATION.format(folder=self.folder))
            building.rename(self.data)

    def _pg_ctl(self, *arguments):
        self._as_server([_program("pg_ctl"), "-D", self.data, *arguments])

    def _as_server(self, command):
        prefix = []
        if os.geteuid() == 0:
            prefix = [
                "setpriv",
                f"--reuid={SERVER_UID}",
                f"--regid={SERVER_UID}",
                "--clear-groups",
            ]
        # from a folder the server may enter, else its programs complain
        run([*prefix, *command], self.settings.logs / "postgres.log", cwd="/")


def cluster_folder(cache):
    """Return the folder of the private cluster.

    It is in the cache, unless the server's user could not enter it (a parent
    closed to others, when root runs this) or the socket's path would be too
    long; then it is in /var/tmp under a name derived from the cache.
    """
    inside = cache / "pg"
    too_long = len(str(inside / ".s.PGSQL.5432.lock")) > SOCKET_PATH_LIMIT
    if not too_long and not (os.geteuid() == 0 and _closed(cache)):
        return inside
    digest = hashlib.sha256(str(cache).encode()).hexdigest()[:10]
    return Path("/var/tmp") / f"ar-pg-{os.getuid()}-{digest}"


def _closed(cache):
    """Tell whether another user could not reach into the folder."""
    for folder in (cache, *cache.parents):
        with contextlib.suppress(FileNotFoundError):
            if not folder.stat().st_mode & 0o001:
                return True
    return False


def _program(name):
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(path.parts[-3]),
    )
    if found:
        return found[-1]
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if os.access(Path(folder) / name, os.X_OK):
            return Path(folder) / name
    raise Problem(
        f"PostgreSQL's program {name} is not on this machine: install the PostgreSQL "
        "server (Debian: postgresql), or name a server with DATABASE_URL."
    )


def wait_until_idle(settings, server, database, seconds=10):
    """Wait until nobody is connected to a database, then end who still is."""
    deadline = time.monotonic() + seconds
    others = f"FROM pg_stat_activity WHERE datname = '{database}'"
    while time.monotonic() < deadline:
        if query(settings, server, f"SELECT count(*) {others}") == [[0]]:
            return
        time.sleep(0.2)
    query(settings, server, f"SELECT pg_terminate_backend(pid) {others}")
