"""The lint stage."""

from devkit.commands import show


def run(bench):
    """Run every check; return 1 when one has findings, else 0."""
    command = [bench.settings.python, "-m", "ruff", "check", "."]
    return show(command, env=bench.environment(), cwd=bench.settings.root)
