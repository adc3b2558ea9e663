"""`make demo`: the demo company, its server, one working day."""

import json
import os
import time

from devkit import addons, workbench
from devkit.commands import CommandFailed, run, show
from devkit.databases import Databases
from devkit.server import OdooServer
from devkit.ui import Problem, console

DATABASE = "ar_demo"
SEED = 2026
COMPANY = "tests/day/company.py"
DAY = "tests/day/play.py"
ADMIN = {"login": "admin", "password": "admin", "who": "administrator"}


class Demo:
    """The demo company of one workbench."""

    def __init__(self, bench):
        self.bench = bench
        self.settings = bench.settings
        self.databases = Databases(bench)
        self.server = OdooServer(bench, DATABASE)
        self.state_file = self.settings.cache / "demo.json"

    def state(self):
        """Return what is remembered: log-ins, add-ons as installed, day played."""
        try:
            return json.loads(self.state_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def _remember(self, **values):
        building = self.state_file.with_suffix(".building")
        building.write_text(json.dumps({**self.state(), **values}), encoding="utf-8")
        building.replace(self.state_file)

    def exists(self):
        """Tell whether the company was built to its end."""
        return DATABASE in self.databases.names()

    def build(self):
        """Build the company, or bring it up to date with the add-ons' code."""
        key = addons.install_key(self.settings.root)
        if not self.exists():
            self._build(key)
        elif self.state().get("key") != key:
            self._upgrade(key)

    def _build(self, key):
        self.server.stop()
        building = f"{DATABASE}_building"
        template = self.databases.template()
        self.databases.copy(template, building)
        logins = None
        if (self.settings.root / COMPANY).is_file():
            with console.step(
                "Demo company: French books of 18 months", self._last_line
            ):
                built = self._inside(building, f"{COMPANY}:build", seed=SEED)
                logins = built["logins"]
        self._remember(key=key, logins=logins, day=False)
        self.databases.rename(building, DATABASE)

    def _upgrade(self, key):
        self.server.stop()
        ours = ",".join(addons.names(self.settings.root))
        with console.step("Demo company: upgrade to the add-ons' present code"):
            self.databases.odoo(
                f"--database={DATABASE}", f"--update={ours}", log="demo-upgrade"
            )
        self._remember(key=key)

    def _last_line(self):
        log = self.settings.logs / "demo-company.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        last = lines[-1] if lines else ""
        return "" if " INFO " in last else last.strip()[:60]

    def _inside(self, database, target, **keywords):
        """Call a function with an Environment; return what it returned."""
        result = self.settings.cache / "inside.json"
        result.unlink(missing_ok=True)
        command = [
            self.settings.python,
            "-u",
            "-m",
            "devkit.inside",
            database,
            target,
            result,
        ]
        command += [f"{name}={json.dumps(value)}" for name, value in keywords.items()]
        log = self.settings.logs / "demo-company.log"
        environment = {**self.bench.environment(), "PYTHONHASHSEED": "0"}
        try:
            run(command, log, env=environment, cwd=self.settings.root)
        except CommandFailed as error:
            raise Problem(
                f"The demo company could not be built; the end of {log}:\n{error.tail}"
            ) from error
        return json.loads(result.read_text(encoding="utf-8"))

    def serve(self):
        """Make the server answer, with links that lead to it."""
        code = addons.code_key(self.settings.root)
        if self.server.is_running() and self.state().get("code") == code:
            return
        self.server.stop()
        values = {"web.base.url": self.server.url, "web.base.url.freeze": "True"}
        for name, value in values.items():
            self.databases.query(
                "INSERT INTO ir_config_parameter (key, value) VALUES "
                f"('{name}', '{value}') "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                database=DATABASE,
            )
        self.server.start()
        self._remember(code=code)

    def play_day(self):
        """Play one working day against the running server; return its exit code."""
        if not (self.settings.root / DAY).is_file():
            return 0
        environment = self.bench.environment(AR_DB=DATABASE, AR_URL=self.server.url)
        command = [self.settings.python, "-u", DAY]
        code = show(command, env=environment, cwd=self.settings.root)
        if code == 0:
            self._remember(day=True)
        return code

    def announce(self):
        """Print where the product is and who may log in."""
        console.say(f"\nThe demo company is at {self.server.url}")
        for each in [ADMIN, *(self.state().get("logins") or [])]:
            if each is not ADMIN and each.get("login") == ADMIN["login"]:
                continue
            console.say(
                f"  {each.get('login', ''):<28} password {each.get('password', ''):<12}"
                f" {each.get('who', '')}"
            )
        console.say(
            "It keeps running; `make stop` ends it, `make day` plays a new day."
        )


def run_demo(settings):
    """Do everything for `make demo`; return the exit code."""
    start = time.monotonic()
    bench = workbench.prepare(settings, tests=False)
    demo = Demo(bench)
    demo.server.check_port()
    demo.build()
    demo.serve()
    code = 0 if demo.state().get("day") else demo.play_day()
    demo.announce()
    console.say(f"({time.monotonic() - start:.0f} s)")
    return code


def run_day(settings):
    """Play another day; return the exit code."""
    demo = _existing(workbench.prepare(settings, tests=False))
    demo.serve()
    return demo.play_day()


def shell(settings):
    """Become a Python prompt on the demo company."""
    demo = _existing(workbench.prepare(settings, tests=False))
    odoo = str(settings.venv / "bin/odoo")
    command = [
        str(settings.python),
        odoo,
        "shell",
        f"--database={DATABASE}",
        f"--addons-path={settings.root}",
        f"--data-dir={settings.data}",
        "--no-http",
        "--log-level=warn",
    ]
    os.execve(command[0], command, demo.bench.environment())


def _existing(bench):
    demo = Demo(bench)
    if not demo.exists():
        raise Problem("There is no demo company yet: `make demo` builds it.")
    return demo
