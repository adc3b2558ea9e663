"""The verbs of the command line."""

import os
import signal
import sys

from devkit import files, workbench
from devkit.commands import end_children
from devkit.settings import Settings
from devkit.ui import Problem, console

HELP = """\
usage: make VERB   (or: python3 -m devkit VERB ...)

  demo      prepare everything, build the demo company, serve it at localhost:8069
            and play one working day on it
  day       play the day once more on the demo company
  test      prepare everything, then lint and all tests
  lint      the lint stage alone
  bench     run every benchmarks/bench_*.py
  soak      the tests in their long version (kill rounds, fuzzing, big ledgers)
  shell     a Python prompt on the demo company (variable env)
  stop      stop the server, the simulators and the private PostgreSQL
  clean     stop everything and remove the cache folder
  doctor    say what would be used, and change nothing
  prepare   only the set-up

only with `python3 -m devkit`:
  pytest ARGS     prepare, then pytest; a path in ar_*/tests runs with Odoo
  odoo ARGS       prepare, then Odoo's own command line
  i18n-export     write i18n/*.pot anew and merge the French translations

environment: AR_CACHE (cache folder), AR_PORT (8069), AR_INTERFACE (127.0.0.1),
  ODOO_HOME (an Odoo 19.0 source tree), DATABASE_URL or PGHOST, PGPORT, PGUSER,
  PGPASSWORD (a PostgreSQL server), PIP_CACHE_DIR
"""


def main(arguments):
    """Run one verb; return the exit code."""
    verb, rest = (arguments or ["help"])[0], arguments[1:]
    action = VERBS.get(verb)
    if action is None:
        print(f"There is no verb {verb!r}.\n\n{HELP}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return action(Settings.from_environment(), rest) or 0
    except Problem as problem:
        console.say(f"\n{problem}")
        return 1
    except OSError as error:
        if error.errno != 28:
            raise
        console.say("\nThe disk is full: make room, or use AR_CACHE=/other/disk.")
        return 1
    except KeyboardInterrupt:
        end_children()
        console.say("\nInterrupted; nothing half-made counts: run it again to go on.")
        sys.stdout.flush()
        os._exit(130)  # without waiting for threads that work for nobody


def _interrupt(*_):
    raise KeyboardInterrupt


def _help(settings, rest):
    print(HELP)


def _prepare(settings, rest):
    with _locked(settings, "prepare"):
        bench = workbench.prepare(settings)
    console.say(
        f"Ready: Odoo {bench.odoo.version} ({bench.odoo.origin}), "
        f"PostgreSQL ({bench.server.origin}), {settings.python}"
    )


def _test(settings, rest):
    from devkit import stages

    with _locked(settings, "make test"):
        return stages.run_all(settings)


def _lint(settings, rest):
    from devkit import lint

    with _locked(settings, "make lint"):
        return lint.run(workbench.prepare(settings))


def _pytest(settings, rest):
    from devkit import stages

    with _locked(settings, "pytest"):
        return stages.run_pytest(workbench.prepare(settings), rest)


def _odoo(settings, rest):
    with _locked(settings, "odoo"):
        bench = workbench.prepare(settings)
    command = [str(part) for part in bench.odoo_command(*rest)]
    os.execve(command[0], command, bench.environment())


def _demo(settings, rest):
    from devkit import demo

    with _locked(settings, "make demo"):
        return demo.run_demo(settings)


def _day(settings, rest):
    from devkit import demo

    with _locked(settings, "make day"):
        return demo.run_day(settings)


def _shell(settings, rest):
    from devkit import demo

    files.open_cache(settings.cache)
    demo.shell(settings)


def _bench(settings, rest):
    from devkit import stages

    with _locked(settings, "make bench"):
        return stages.run_benchmarks(workbench.prepare(settings))


def _soak(settings, rest):
    from devkit import stages

    os.environ["AR_SOAK"] = "1"
    with _locked(settings, "make soak"):
        return stages.run_all(settings)


def _i18n_export(settings, rest):
    from devkit import i18n

    with _locked(settings, "i18n-export"):
        return i18n.export(workbench.prepare(settings))


def _doctor(settings, rest):
    from devkit import doctor

    return doctor.report(settings)


def _stop(settings, rest):
    from devkit import server

    server.stop_all(settings)


def _clean(settings, rest):
    from devkit import postgres, server

    server.stop_all(settings)
    files.remove(postgres.cluster_folder(settings.cache))
    files.remove(settings.cache)
    console.say(f"Removed {settings.cache}.")


def _locked(settings, purpose):
    files.open_cache(settings.cache)
    return files.lock(settings.cache, purpose)


VERBS = {
    "help": _help,
    "prepare": _prepare,
    "demo": _demo,
    "day": _day,
    "shell": _shell,
    "bench": _bench,
    "soak": _soak,
    "doctor": _doctor,
    "i18n-export": _i18n_export,
    "test": _test,
    "lint": _lint,
    "pytest": _pytest,
    "odoo": _odoo,
    "stop": _stop,
    "clean": _clean,
}
