"""The add-ons of this repository, as their manifests describe them."""

import ast
import hashlib
from pathlib import PurePath

from devkit.settings import ROOT

#: Below an add-on, what cannot change what its installation writes.
NOT_INSTALLED = {"tests", "readme", "clients", "controllers", "__pycache__"}
NOT_INSTALLED_STATIC = {"src", "tests", "img", "lib"}

#: Odoo's own add-ons that the French demo company and the tests want as well.
COMPANY = ("l10n_fr_account", "sms", "portal", "account_payment", "payment_stripe")


def names(root=ROOT):
    """Return the names of the add-ons, dependencies before dependents."""
    found = manifests(root)
    ordered = []

    def add(name):
        if name in found and name not in ordered:
            for parent in sorted(found[name].get("depends", ())):
                add(parent)
            ordered.append(name)

    for name in sorted(found):
        add(name)
    return ordered


def manifests(root=ROOT):
    """Return {name: manifest} of the installable add-ons."""
    result = {}
    for path in sorted(root.glob("ar_*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
        if manifest.get("installable", True):
            result[path.parent.name] = manifest
    return result


def dependencies(root=ROOT):
    """Return the sorted names of Odoo's add-ons that ours stand on."""
    found = manifests(root)
    outside = {name for each in found.values() for name in each.get("depends", ())}
    return sorted((outside - set(found)) | set(COMPANY))


def install_key(root=ROOT):
    """Return a key that changes when installing the add-ons could give another result.

    Code and data count, tests and web assets do not (assets are bundled by
    their own checksum when a page asks for them).
    """
    return _digest(root, _counts)


def code_key(root=ROOT):
    """Return a key that changes with any Python file, so that a server restarts."""
    return _digest(root, lambda inside: inside.suffix == ".py")


def _digest(root, counts):
    digest = hashlib.sha256()
    for name in names(root):
        for path in sorted((root / name).rglob("*")):
            inside = path.relative_to(root / name)
            if path.is_file() and counts(inside):
                digest.update(f"{name}/{inside}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _counts(inside: PurePath):
    parts = inside.parts
    if NOT_INSTALLED & set(parts[:-1]) or inside.suffix in (".pot", ".pyc", ".md"):
        return False
    return not (
        parts[0] == "static" and parts[1:2] and parts[1] in NOT_INSTALLED_STATIC
    )
