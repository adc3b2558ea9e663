"""The lint stage: every check runs, each says what it found."""

import time

from devkit import addons, i18n
from devkit.commands import CommandFailed, show
from devkit.ui import Problem, console

#: pylint-odoo's messages that do not fit here, with the reason.
PYLINT_OFF = {
    "consider-merging-classes-inherited": "a model is split by concern over files",
    "missing-readme": "readme/ holds the text; README.rst would be generated from it",
    "prefer-env-translation": "misreads `_ = self.env._`; ruff bans odoo._ instead",
}
#: Checks of oca-odoo-pre-commit-hooks that do not fit here, with the reason.
OCA_OFF = {
    "xml-header-wrong": "asks for another spelling of utf-8 than Odoo's own files",
    "po-pretty-format": "empties texts that are the same in French; ours must be whole",
    "xml-tag-position": "the order of attributes is left to whoever writes them",
    "xml-field-numeric-without-eval": "Odoo converts numbers by the field's type",
}


def commands(bench, fresh):
    """Return [(name, command)] of all checks.

    :param Path fresh: folder of freshly exported .pot files, or None.
    """
    tools = bench.settings.venv / "bin"
    ours = addons.names(bench.settings.root)
    python = bench.settings.python
    french = [python, "-m", "devkit.i18n_check", *ours]
    if fresh:
        french.append(f"--fresh={fresh}")
    checks = [
        ("ruff check", [tools / "ruff", "check", "--quiet", "."]),
        ("ruff format", [tools / "ruff", "format", "--check", "--quiet", "."]),
        ("sizes of files and functions", [python, "-m", "devkit.sizes"]),
        ("French translation", french),
    ]
    if ours:
        checks += [
            ("pylint-odoo", _pylint(tools, ours)),
            ("OCA module checks", _oca(tools / "oca-checks-odoo-module", ours)),
            ("OCA translation checks", _oca(tools / "oca-checks-po", _po_files(bench))),
        ]
    return checks


def _pylint(tools, ours):
    return [
        tools / "pylint",
        "--rcfile=/dev/null",
        "--load-plugins=pylint_odoo",
        "--score=no",
        "--disable=all",
        "--enable=odoolint",
        f"--disable={','.join(PYLINT_OFF)}",
        "--valid-odoo-versions=19.0",
        "--manifest-required-authors=AR Team",
        "--license-allowed=LGPL-3",
        *ours,
    ]


def _oca(tool, paths):
    return [tool, f"--disable={','.join(OCA_OFF)}", *paths]


def _po_files(bench):
    root = bench.settings.root
    return [
        str(path.relative_to(root))
        for name in addons.names(root)
        for path in sorted((root / name / "i18n").glob("*.po*"))
    ]


def run(bench):
    """Run every check; return 1 when one has findings, else 0."""
    failed, fresh = [], None
    try:
        if addons.names(bench.settings.root):
            fresh = i18n.fresh_templates(bench)
    except (Problem, CommandFailed) as error:  # the other checks still tell a lot
        console.say(f"The texts could not be exported. {error}")
        failed.append("export of the texts")
    for name, command in commands(bench, fresh):
        start = time.monotonic()
        code = show(command, env=bench.environment(), cwd=bench.settings.root)
        if code:
            failed.append(name)
        verdict = "findings above" if code else "ok"
        console.say(f"  {time.monotonic() - start:6.1f} s  {name}: {verdict}")
    if failed:
        console.say(f"lint: findings in {', '.join(failed)}")
    return 1 if failed else 0
