"""Is the French whole? Run by the prepared Python, which has polib.

    python -m devkit.i18n_check ADD-ON ... [--fresh FOLDER]

For each add-on ``i18n/<add-on>.pot`` and ``i18n/fr.po`` must exist and agree:
nothing missing, stale, fuzzy, untranslated or twice, and the same placeholders
on both sides. With ``--fresh``, FOLDER/<add-on>.pot is what Odoo has just
exported, and the committed .pot must have the same texts.
"""

import argparse
import re
import sys
from pathlib import Path

import polib

from devkit.settings import ROOT

LANGUAGE = "fr"
PLACEHOLDER = re.compile(
    r"%\(\w+\)[\d.]*[sdifr]|%[\d.]*[sdif]|\{\{.*?\}\}|\{\w*\}|\$\{\w+\}|</?\w+"
)


def problems(folder, fresh=None):
    """Yield a sentence for each shortcoming of an add-on's translation.

    :param Path folder: the add-on.
    :param Path fresh: folder of freshly exported templates, if any.
    """
    template = folder / "i18n" / f"{folder.name}.pot"
    french = folder / "i18n" / f"{LANGUAGE}.po"
    for path in (template, french):
        if not path.is_file():
            yield f"{path.name} is missing: `python3 -m devkit i18n-export` writes it"
            return
    wanted = _entries(template)
    if fresh is not None:
        present = _entries(fresh / template.name)
        for key in sorted(present.keys() - wanted.keys()):
            yield f"not in {template.name}: {key[1]!r}"
        for key in sorted(wanted.keys() - present.keys()):
            yield f"in {template.name} but no longer in the add-on: {key[1]!r}"
    yield from _compare(wanted, _entries(french))


def _entries(path):
    found = {}
    for entry in polib.pofile(str(path)):
        if not entry.obsolete and entry.msgid:
            found[entry.msgctxt or "", entry.msgid] = entry
    return found


def _compare(wanted, french):
    for key in sorted(wanted.keys() - french.keys()):
        yield f"no French entry: {key[1]!r}"
    for key in sorted(french.keys() - wanted.keys()):
        yield f"stale French entry: {key[1]!r}"
    for (_, text), entry in sorted(french.items()):
        if entry.fuzzy:
            yield f"fuzzy: {text!r}"
        elif not entry.msgstr and not entry.msgstr_plural:
            yield f"untranslated: {text!r}"
        elif sorted(placeholders(text)) != sorted(placeholders(entry.msgstr)):
            yield f"placeholders differ: {text!r} → {entry.msgstr!r}"


def placeholders(text):
    """Return the placeholders and tags of a text, in its order."""
    return PLACEHOLDER.findall(text.replace("%%", ""))


def merge(folder, fresh):
    """Bring an add-on's .pot and fr.po up to date with a fresh export.

    Translations are kept, new texts are added empty, stale ones removed. Files
    whose texts did not change are left alone, so that dates make no noise.

    :return: how many texts still need a translation.
    """
    template = folder / "i18n" / f"{folder.name}.pot"
    french = folder / "i18n" / f"{LANGUAGE}.po"
    template.parent.mkdir(exist_ok=True)
    exported = polib.pofile(str(fresh / template.name), wrapwidth=78)
    if not template.is_file() or _entries(template).keys() != _keys(exported):
        exported.save(str(template))
    po = polib.pofile(str(french), wrapwidth=78) if french.is_file() else _new_po()
    before = str(po)
    po.merge(exported)
    for entry in [entry for entry in po if entry.obsolete]:
        po.remove(entry)
    if str(po) != before or not french.is_file():
        po.save(str(french))
    return sum(not entry.msgstr and not entry.msgstr_plural for entry in po)


def _keys(exported):
    return {(entry.msgctxt or "", entry.msgid) for entry in exported if entry.msgid}


def _new_po():
    po = polib.POFile(wrapwidth=78)
    po.metadata = {
        "Project-Id-Version": "Odoo Server 19.0",
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    return po


def main(arguments):
    """Check or, with --merge, update; return 1 when something is not whole."""
    parser = argparse.ArgumentParser()
    parser.add_argument("addons", nargs="*")
    parser.add_argument("--fresh", type=Path)
    parser.add_argument("--merge", action="store_true")
    options = parser.parse_args(arguments)
    if options.merge:
        for name in options.addons:
            print(f"{name}: {merge(ROOT / name, options.fresh)} texts to translate")
        return 0
    found = 0
    for name in options.addons:
        for sentence in problems(ROOT / name, options.fresh):
            print(f"{name}: {sentence}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
