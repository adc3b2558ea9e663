#!/usr/bin/env python3
"""Check an evidence file. Needs Python 3.8 or later, and nothing else.

    python3 verify.py evidence.zip
    python3 verify.py evidence.zip --root 3f5a…   (a root kept elsewhere)

Every fact has a digest of its sealed columns, and these hold a digest of its words.
Facts are sealed in batches: the digests of a batch are the leaves of a tree, and each
batch is chained to the one before it. So one changed byte is found and named, here
and in the database. Who keeps a root outside of it (in a letter, with a bailiff) can
show later that nothing before that root was rewritten.

Exit status: 0 nothing is wrong, 1 something is, 2 the file cannot be read.
"""

import argparse
import hashlib
import io
import json
import sys
import zipfile

FORMAT = "ar-evidence/1"
DATA, MANIFEST, DIGEST = "evidence.json", "MANIFEST.json", "MANIFEST.sha256"
#: Kind of the facts that name those whose words were erased.
ERASED_KIND = "words_erased"
#: Sealed columns of a fact, in the order in which they are digested.
COLUMNS = (
    "id",
    "company_id",
    "kind",
    "event_date",
    "recorded_at",
    "sealed_actor",
    "source",
    "source_key",
    "debtor_ref",
    "partner_ref",
    "move_ref",
    "res_model",
    "res_id",
    "content_hash",
)


def digest(data):
    """sha256 in hexadecimal letters."""
    return hashlib.sha256(data).hexdigest()


def content_digest(salt, content):
    """Digest of the words of a fact.

    :param str salt: random hexadecimal text kept beside the content
    :param dict content: ``{"summary", "body", "payload"}``
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return digest(f"{salt}{text}".encode())


def leaf(row):
    """Digest of one sealed row, values as text in the order of ``COLUMNS``."""
    return digest("\x1f".join("" if v is None else str(v) for v in row).encode())


def node(left, right):
    """Digest above two others; the prefix keeps it from being taken for a leaf."""
    return digest(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right))


def tree_levels(leaves):
    """The tree over these leaves, level by level; an odd digest goes up unpaired.

    :param list leaves: digests in hexadecimal letters, at least one
    :return: lists of digests: the leaves first, the root alone last
    """
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        pairs = [node(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        levels.append(pairs + level[len(pairs) * 2 :])
    return levels


def tree_root(leaves):
    """Root of the tree over these leaves."""
    return tree_levels(leaves)[-1][0]


def path_to_root(levels, index):
    """What leads from one leaf to the root: ``[["L" or "R", digest], …]``.

    The letter is the side on which the other digest stands.

    :param levels: what :func:`tree_levels` told
    """
    path = []
    for level in levels[:-1]:
        other = index ^ 1
        if other < len(level):
            path.append(["L" if other < index else "R", level[other]])
        index //= 2
    return path


def tree_path(leaves, index):
    """:func:`path_to_root` of one leaf alone."""
    return path_to_root(tree_levels(leaves), index)


def climb(start, path):
    """Root that a leaf and its path lead to."""
    for side, other in path:
        start = node(other, start) if side == "L" else node(start, other)
    return start


def seal_digest(previous, inner):
    """Root of a batch: the root before it, and what stands for its facts.

    :param str inner: root of the tree of its leaves (or, in old seals, all leaves
        one after the other)
    """
    return digest((previous + inner).encode())


def with_manifest(files):
    """The same files with the list of their digests, and the digest of that list.

    :param dict files: ``{name: bytes}``
    """
    manifest = {name: digest(data) for name, data in files.items()}
    text = json.dumps(manifest, sort_keys=True, indent=1).encode()
    return {**files, MANIFEST: text, DIGEST: digest_line(text)}


def digest_line(manifest):
    """What stands beside the list: its digest, as ``sha256sum`` writes it."""
    return f"{digest(manifest)}  {MANIFEST}\n".encode()


def told_erased(events):
    """Ids of the facts whose words were erased, as other facts of the file tell."""
    return {
        str(number)
        for event in events
        if event["row"][2] == ERASED_KIND and event.get("content")
        for number in event["content"]["payload"].get("events", ())
    }


class Package:
    """An evidence file being checked; ``faults`` fills up.

    :param dict files: ``{name: bytes}``
    """

    def __init__(self, files):
        self.files = files
        self.faults = []
        self.data = {}
        self.erased = set()

    def fault(self, text):
        self.faults.append(text)

    def check(self, root=None):
        """Check everything; the list of what is wrong, in words."""
        self.check_files()
        try:
            self.data = json.loads(self.files[DATA])
            events, seals = self.data["events"], self.data["seals"]
            if self.data["format"] != FORMAT:
                self.fault(f"{DATA}: unknown format {self.data['format']}")
            by_id = {seal["id"]: seal for seal in seals}
            self.erased = told_erased(events)
            for event in events:
                self.check_event(event, by_id)
            self.check_documents()
            self.check_chain(seals)
            if root and root not in [seal["root"] for seal in seals]:
                self.fault(f"The root {root} is not in the chain of this file")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self.fault(f"{DATA}: cannot be read ({type(error).__name__}: {error})")
        return self.faults

    def check_files(self):
        """Each file against the list, and the list against its digest."""
        try:
            manifest = json.loads(self.files[MANIFEST])
            if self.files[DIGEST] != digest_line(self.files[MANIFEST]):
                self.fault(f"{MANIFEST}: changed, or {DIGEST} was")
            for name in sorted(set(manifest) - set(self.files)):
                self.fault(f"{name}: missing")
            for name in sorted(set(self.files) - {MANIFEST, DIGEST}):
                if name not in manifest:
                    self.fault(f"{name}: added, it is not on the list")
                elif digest(self.files[name]) != manifest[name]:
                    self.fault(f"{name}: changed")
        except (KeyError, TypeError, ValueError, IndexError) as error:
            self.fault(f"{MANIFEST}: cannot be read ({type(error).__name__})")

    def check_event(self, event, seals):
        """One fact: its words, its sealed columns, its place in a seal."""
        row = event["row"]
        name = f"fact {row[0]} of {row[3]} ({row[2]})"
        content = event.get("content")
        if content is not None:
            told = content_digest(event["salt"], content)
            if told != row[COLUMNS.index("content_hash")]:
                self.fault(f"{name}: its words were changed")
        elif row[0] not in self.erased:
            self.fault(f"{name}: its words are missing, and no fact tells why")
        for file in event.get("files", ()):
            data = self.files.get(file["path"])
            if data is None:
                self.fault(f"{name}: {file['path']} is missing")
            elif digest(data) != file["sha256"]:
                self.fault(f"{name}: {file['path']} was changed")
        seal = seals.get(event["seal"])
        if seal is None:
            self.fault(f"{name}: not sealed")
            return
        if "leaves" in seal:
            inside = leaf(row) in seal["leaves"]
            inside = inside and "".join(seal["leaves"]) == seal["inner"]
        else:
            inside = climb(leaf(row), event["path"]) == seal["inner"]
        if not inside:
            self.fault(f"{name}: changed since seal {seal['id']}")

    def check_documents(self):
        """Each document against its digest, and against the fact of its arrival."""
        facts = {event["row"][0]: event for event in self.data["events"]}
        for document in self.data.get("documents", ()):
            path, told = document["path"], document["sha256"]
            name = f"document {document['number']} ({document['name']})"
            data = self.files.get(path)
            if data is None:
                self.fault(f"{name}: {path} is missing")
            elif digest(data) != told:
                self.fault(f"{name}: {path} was changed")
            fact = facts.get(str(document.get("fact")))
            content = fact and fact.get("content")
            if content and content["payload"].get("sha256") != told:
                self.fault(f"{name}: not the file that fact {fact['row'][0]} tells of")

    def check_chain(self, seals):
        """Each seal against its root and against the one before it."""
        previous = None
        for seal in seals:
            name = f"seal {seal['id']} of {seal['sealed_at']}"
            # Old seals whose facts are not in this file come without their leaves.
            inner = seal["inner"]
            if inner and seal_digest(seal["previous"], inner) != seal["root"]:
                self.fault(f"{name}: changed")
            if previous is not None and seal["previous"] != previous:
                self.fault(f"{name}: out of chain")
            previous = seal["root"]

    def summary(self):
        """What was checked, in one line."""
        events = self.data.get("events", ())
        erased = sum(1 for event in events if event.get("content") is None)
        text = f"{len(events)} facts, {len(self.data.get('seals', ()))} seals"
        text += f", {len(self.files)} files"
        if erased:
            text += f"; the words of {erased} were erased (privacy), their seals hold"
        return text


def pack(files):
    """The one ZIP that these files make: same files, same bytes.

    :param dict files: ``{name: bytes}``
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)  # dated 1 January 1980
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, data)
    return stream.getvalue()


def unpack(raw):
    """Files of an evidence ZIP as ``{name: bytes}``, in their order.

    :param bytes raw: the ZIP
    :raise zipfile.BadZipFile: it cannot be read, or a packed file was changed
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verify(raw, root=None):
    """Check an evidence ZIP.

    :param bytes raw: the ZIP
    :param str root: a root that was kept elsewhere
    :return: (what is wrong, in words; the :class:`Package` or None)
    """
    try:
        package = Package(unpack(raw))
    except Exception as error:
        # A changed byte makes the reader fail in more ways than can be listed.
        return [f"The ZIP was changed: {type(error).__name__} {error}"], None
    faults = package.check(root)
    again = pack(package.files)
    if again != raw:
        pairs = zip(again, raw)  # noqa: B905 (Python 3.8 knows no strict)
        places = (i for i, (one, other) in enumerate(pairs) if one != other)
        place = next(places, min(len(again), len(raw)))
        faults.append(f"The ZIP itself was changed, at byte {place}")
    return faults, package


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Check an evidence file.")
    parser.add_argument("file", help="the ZIP as it was received")
    parser.add_argument("--root", help="root of a seal that was kept elsewhere")
    options = parser.parse_args(arguments)
    try:
        with open(options.file, "rb") as stream:
            raw = stream.read()
    except OSError as error:
        sys.stdout.write(f"Cannot be read: {error}\n")
        return 2
    faults, package = verify(raw, options.root)
    told = [f"WRONG  {fault}" for fault in faults]
    if package:
        told.append(package.summary())
        if package.data.get("seals"):
            told.append(f"Last root: {package.data['seals'][-1]['root']}")
    told.append(f"sha256 of this file: {digest(raw)}")
    told.append(f"{len(faults)} faults" if faults else "Nothing was changed.")
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
