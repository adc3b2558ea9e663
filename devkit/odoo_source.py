"""Where Odoo 19.0 comes from: the user's tree, this Python, or Debian's package."""

import ast
import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from devkit import files
from devkit.apt import Apt, unpack
from devkit.ui import Problem, console

SERIES = "19.0"

#: Odoo's Debian package links these out of its tree; next to it the links resolve.
#: Without jquery.js every asset bundle fails, without the fonts pages miss glyphs.
LINKED = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
#: Font Awesome 4.7, which Odoo's pages name; newer suites have version 7 only.
FONT_AWESOME = "fonts-font-awesome/bookworm"
#: Left out by Debian but named by a bundle: an error in the console of each page.
STUBS = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)

_PACKAGES = Path("usr/lib/python3/dist-packages")
_KEPT_LANGUAGE = re.compile(r"/i18n(_extra)?/(fr(_[A-Z]+)?\.po|[^/]*\.pot)$")


@dataclass(frozen=True)
class OdooSource:
    """A usable Odoo.

    :ivar Path tree: the folder that holds the package ``odoo``.
    :ivar str version: as its release file says, such as ``19.0``.
    :ivar str origin: where it comes from, in words.
    """

    tree: Path
    version: str
    origin: str


def find(settings):
    """Return the Odoo to use, or None when it must be fetched.

    :raise Problem: when ODOO_HOME names something else than Odoo 19.0.
    """
    home = os.environ.get("ODOO_HOME")
    if home:
        return _named(Path(home).expanduser().absolute())
    for tree in _importable():
        if series_of(tree) == SERIES:
            return OdooSource(tree, version_of(tree), "importable by this Python")
    return fetched(settings)


def fetched(settings):
    """Return the Odoo that an earlier run took from Debian, or None."""
    tree = settings.cache / "odoo" / _PACKAGES
    if series_of(tree) == SERIES:
        return OdooSource(tree, version_of(tree), "Debian's package, in the cache")
    return None


def _named(home):
    series = series_of(home)
    if series is None:
        raise Problem(
            f"ODOO_HOME={home} holds no Odoo (there is no odoo/release.py in it): name "
            "the folder of an Odoo 19.0 source tree, or unset it to have one fetched."
        )
    if series != SERIES:
        raise Problem(
            f"ODOO_HOME={home} holds Odoo {series} and these add-ons need Odoo "
            f"{SERIES}: name a {SERIES} tree, or unset it to have one fetched."
        )
    return OdooSource(home, version_of(home), "ODOO_HOME")


def _importable():
    """Yield the trees from which this Python would import odoo."""
    spec = importlib.util.find_spec("odoo")
    for place in (spec and spec.submodule_search_locations) or ():
        yield Path(place).parent


def version_info(tree):
    """Return ``version_info`` of an Odoo tree without importing it, or None."""
    try:
        text = (tree / "odoo/release.py").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"^version_info\s*=\s*(\(.*\))", text, re.MULTILINE)
    if not found:
        return None
    # the release level is a name there (FINAL); any text serves here
    return ast.literal_eval(
        re.sub(r"\b(ALPHA|BETA|RELEASE_CANDIDATE|FINAL)\b", r"'\1'", found.group(1))
    )


def series_of(tree):
    """Return ``19.0`` and the like, or None where there is no Odoo."""
    info = version_info(tree)
    return info and ".".join(str(part) for part in info[:2])


def version_of(tree):
    """Return the series and, where Debian's package told it, its full version."""
    stamp = tree.parents[3] / "version" if len(tree.parents) > 3 else None
    if stamp and stamp.is_file():
        return stamp.read_text(encoding="utf-8").strip()
    return series_of(tree)


def fetch(settings):
    """Take Odoo 19 from Debian into the cache and mend it.

    :raise Problem: without apt, without network, or on a broken download.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise Problem(
            "There is no Odoo 19.0 here and no apt to fetch Debian's package with: "
            "set ODOO_HOME to an Odoo 19.0 source tree."
        )
    log = settings.logs / "odoo.log"
    files.remove(settings.cache / "apt")
    apt = Apt(settings.cache / "apt", ("sid", "bookworm"), log)
    with console.step("Odoo: signed package lists of Debian"):
        apt.update()
    wanted = ["odoo-19/sid", *(f"{name}/sid" for name in LINKED), FONT_AWESOME]
    with console.step(
        "Odoo: download odoo-19 and the assets it links to (140 MB)",
        lambda: files.size_text(apt.debs, apt.folder / "cache"),
    ):
        debs = apt.download(wanted)
    with (
        files.staged(settings.cache / "odoo") as root,
        console.step("Odoo: unpack", lambda: files.size_text(root)),
    ):
        _unpack(debs, root)
    files.remove(apt.folder)
    return fetched(settings)


def _unpack(debs, root):
    for name, deb in debs.items():
        unpack(deb, root, _not_needed if name == "odoo-19" else None)
    addons = root / _PACKAGES / "odoo/addons"
    for stub in STUBS:
        path = addons / stub
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("// not part of Debian's package\n", encoding="utf-8")
    version = debs["odoo-19"].name.split("_")[1].replace("%3a", ":")
    (root / "version").write_text(version, encoding="utf-8")


def _not_needed(name):
    """Tell what to leave out: two thirds of the package are other languages."""
    if re.search(r"/dist-packages/(addons|doc|setup)(/|$)", name):
        return True  # a second copy of files that odoo/ has
    return name.endswith(".po") and not _KEPT_LANGUAGE.search(name)
