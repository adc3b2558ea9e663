"""`make test`: the stages, their counts and the closing line.

A stage fails when a test fails, when a test is skipped, or when fewer tests ran
than tests/floor.toml says: "0 tests, exit 0" is easy to have with Odoo.
"""

import configparser
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from devkit import addons, lint, postgres, workbench
from devkit.commands import CommandFailed, show
from devkit.databases import Databases
from devkit.ui import Problem, console

TEST_DATABASE = "ar_test"
ENGINE = "tests/engine"


@dataclass
class Count:
    """How many tests of a stage did what."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )


def run_all(settings):
    """Run every stage, also after one has failed; return the exit code."""
    start = time.monotonic()
    bench = workbench.prepare(settings)
    total, complaints = Count(), []
    try:
        for name, action in STAGES:
            console.say(f"\n=== {name}")
            begun = time.monotonic()
            count, trouble = _attempt(action, bench)
            total += count
            complaints += [f"{name}: {text}" for text in trouble]
            verdict = "FAILED" if trouble or count.failed else "ok"
            console.say(f"=== {name}: {verdict} in {time.monotonic() - begun:.0f} s")
    finally:
        if bench.started_cluster:
            postgres.PrivateCluster(settings).stop()
    return _close(total, complaints, time.monotonic() - start)


def _attempt(action, bench):
    """Run a stage; what keeps it from running is its failure, not the end of all."""
    try:
        return action(bench)
    except (Problem, CommandFailed) as error:
        console.say(str(error))
        return Count(failed=1), [str(error).splitlines()[0]]


def _close(total, complaints, seconds):
    for text in complaints:
        print(text)
    if complaints:
        total.failed = max(total.failed, 1)
    words = [f"{total.passed} passed"]
    if total.failed:
        words.insert(0, f"{total.failed} failed")
    if total.skipped:
        words.append(f"{total.skipped} skipped")
    print(f"{f' {chr(44).join(words)} in {seconds:.2f}s ':=^79}".replace(",", ", "))
    print(
        f"total: {total.passed} passed, {total.failed} failed, {total.skipped} skipped",
        flush=True,
    )
    return 1 if total.failed else 0


def _lint_stage(bench):
    failed = lint.run(bench)
    return Count(), ["findings above"] if failed else []


def _engine_stage(bench):
    return _pytest_stage(bench, "engine", ["-pno:odoo", ENGINE])


def _odoo_stage(bench):
    paths = sorted(
        str(path.relative_to(bench.settings.root))
        for name in addons.names(bench.settings.root)
        for path in [bench.settings.root / name / "tests"]
        if path.is_dir()
    )
    return _pytest_stage(bench, "odoo", [*_odoo_options(bench), *paths])


def _process_stage(bench):
    paths = sorted(
        f"tests/{path.name}"
        for path in (bench.settings.root / "tests").iterdir()
        if path.name != "engine" and any(path.glob("test_*.py"))
    )
    arguments = ["-pno:odoo", *paths]
    return _pytest_stage(bench, "processes", arguments, _template(bench))


STAGES = (
    ("lint", _lint_stage),
    ("engine (no Odoo, no database)", _engine_stage),
    ("Odoo (ORM, HTTP)", _odoo_stage),
    ("real processes (set-up, life cycle, day, browser, faults)", _process_stage),
)


def _odoo_options(bench):
    """Copy the template and return the options that make pytest start Odoo on it."""
    databases = Databases(bench)
    databases.copy(databases.template(), TEST_DATABASE)
    path = bench.settings.cache / "odoo-test.conf"
    path.write_text(
        "[options]\n"
        f"addons_path = {bench.settings.root}\n"
        f"data_dir = {bench.settings.data}\n"
        f"db_name = {TEST_DATABASE}\n"
        "http_interface = 127.0.0.1\n"
        "max_cron_threads = 0\n",
        encoding="utf-8",
    )
    # the plugin silences all logs by default, also for tests that read them
    return [f"--odoo-config={path}", "--odoo-http", "--odoo-log-level=info"]


def _template(bench):
    return {"AR_TEMPLATE": Databases(bench).template()}


def _pytest_stage(bench, name, arguments, more=None):
    if arguments[-1].startswith("-"):
        return Count(), ["there is no test folder"]
    report = bench.settings.cache / f"junit-{name}.xml"
    report.unlink(missing_ok=True)
    code = _pytest(bench, [f"--junitxml={report}", *arguments], more)
    count = read_report(report)
    trouble = []
    if code not in (0, 1):
        trouble.append(f"pytest ended with code {code}")
    if count.failed:
        trouble.append(f"{count.failed} failed")
    if count.skipped:
        trouble.append(f"{count.skipped} skipped, and none may be")
    floor = read_floor(bench.settings.root / "tests/floor.toml", name)
    if count.passed < floor:
        trouble.append(f"{count.passed} tests ran, fewer than the floor of {floor}")
    return count, trouble


def read_report(path):
    """Count the results of a JUnit file; none when it is absent or broken."""
    try:
        suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return Count()
    sums = {
        key: sum(int(suite.get(key, 0)) for suite in suites)
        for key in ("tests", "failures", "errors", "skipped")
    }
    failed = sums["failures"] + sums["errors"]
    passed = max(sums["tests"] - failed - sums["skipped"], 0)
    return Count(passed, failed, sums["skipped"])


def read_floor(path, stage):
    """Return how many tests a stage must run at least."""
    parser = configparser.ConfigParser(inline_comment_prefixes=("#",))
    parser.read(path, encoding="utf-8")
    return parser.getint("floor", stage, fallback=0)


def run_pytest(bench, arguments):
    """Run pytest for a developer: with Odoo when a path lies in an add-on."""
    with_odoo = any(each.startswith("ar_") for each in arguments)
    options = _odoo_options(bench) if with_odoo else ["-pno:odoo"]
    engine_only = any(ENGINE in each for each in arguments)
    more = {} if engine_only else _template(bench)
    return _pytest(bench, [*options, *arguments], more)


def _pytest(bench, arguments, more=None):
    command = [bench.settings.python, "-m", "pytest", *arguments]
    environment = bench.environment(**(more or {}))
    return show(command, env=environment, cwd=bench.settings.root)


def run_benchmarks(bench):
    """Run every benchmark; return 1 when one fails."""
    more = _template(bench)
    failed = []
    for path in sorted((bench.settings.root / "benchmarks").glob("bench_*.py")):
        console.say(f"\n=== {path.stem}")
        command = [bench.settings.python, path]
        environment = bench.environment(**more)
        if show(command, env=environment, cwd=bench.settings.root):
            failed.append(path.name)
    if failed:
        console.say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0
