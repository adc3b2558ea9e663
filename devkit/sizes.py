"""No file over 500 lines, no function over 50: what fits a reader's head.

python -m devkit.sizes [FOLDER]
"""

import ast
import sys
from pathlib import Path

from devkit.settings import ROOT

FILE_LINES = 500
FUNCTION_LINES = 50

#: Exceptions: ``path`` or ``path:function`` → the reason.
ALLOWED: dict[str, str] = {}


def findings(root):
    """Yield a sentence for each file or function that is too long."""
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > FILE_LINES and name not in ALLOWED:
            yield f"{name}: {lines} lines, at most {FILE_LINES}"
        if path.suffix == ".py":
            yield from _long_functions(name, text)


def sources(root):
    """Return the source files that people write by hand."""
    tops = [*root.glob("ar_*"), root / "devkit", root / "tests", root / "benchmarks"]
    return sorted(
        path
        for top in tops
        for path in top.rglob("*")
        if path.suffix in (".py", ".js", ".xml", ".scss", ".sql")
        and "lib" not in path.relative_to(root).parts
        and "data" not in path.parts[-2:-1]
    )


def _long_functions(name, text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            key = f"{name}:{node.name}"
            if length > FUNCTION_LINES and key not in ALLOWED:
                yield (
                    f"{name}:{node.lineno}: {node.name} has {length} lines, "
                    f"at most {FUNCTION_LINES}"
                )


def main(arguments):
    """Print the findings; return 1 when there are some."""
    root = Path(arguments[0]).resolve() if arguments else ROOT
    found = list(findings(root))
    for sentence in found:
        print(sentence)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
