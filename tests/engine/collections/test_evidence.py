"""Evidence files: one changed byte anywhere is found and named."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import evidence_verifier as ev
from odoo.addons.ar_collections.engine.evidence_text import file_name, harmless

DIGESTS = st.lists(
    st.binary(min_size=1, max_size=4).map(ev.digest), min_size=1, max_size=40
)


@given(DIGESTS, st.data())
def test_every_leaf_leads_to_the_root(leaves, data):
    root = ev.tree_root(leaves)
    for index, leaf in enumerate(leaves):
        assert ev.climb(leaf, ev.tree_path(leaves, index)) == root
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = ev.digest(b"something else")
    assert ev.climb(other, ev.tree_path(leaves, index)) != root
    assert ev.tree_root([*leaves[:index], other, *leaves[index + 1 :]]) != root


@given(DIGESTS.filter(lambda leaves: len(leaves) > 1))
def test_a_batch_cannot_be_told_as_its_pairs(leaves):
    upper = [ev.node(*leaves[:2]), *leaves[2:]]
    if len(leaves) > 2:
        assert ev.tree_root(upper) != ev.tree_root([*leaves, ev.digest(b"more")])
    assert ev.node(leaves[0], leaves[1]) != ev.leaf([leaves[0], leaves[1]])


def fact(number, kind="note", words="Spoke to Mrs Bertin"):
    content = {"summary": words, "body": "", "payload": {"n": number, "é": 1.5}}
    salt = f"{number:032x}"
    row = [str(number), "1", kind, "2026-03-12 08:30:00", "2026-03-12 08:30:01"]
    row += ["Claire"] + [""] * 7 + [ev.content_digest(salt, content)]
    return {"row": row, "content": content, "salt": salt, "label": "Note"}


def package(files=None, facts=5):
    """A small evidence file of two seals."""
    events, seals, previous = [], [], "0" * 64
    for number, ids in enumerate((range(1, 4), range(4, facts + 1)), 1):
        batch = [fact(i) for i in ids]
        leaves = [ev.leaf(event["row"]) for event in batch]
        inner = ev.tree_root(leaves)
        for place, event in enumerate(batch):
            event.update(seal=number, path=ev.tree_path(leaves, place))
        root = ev.seal_digest(previous, inner)
        seals.append(
            {
                "id": number,
                "sealed_at": "2026-03-13",
                "previous": previous,
                "inner": inner,
                "root": root,
            }
        )
        previous = root
        events += batch
    proof = b"%PDF-1.4 a proof"
    events[0]["files"] = [
        {"path": "files/1-1-p.pdf", "name": "p.pdf", "sha256": ev.digest(proof)}
    ]
    data = {"format": ev.FORMAT, "events": events, "seals": seals}
    made = {ev.DATA: json.dumps(data).encode(), "files/1-1-p.pdf": proof}
    return {**made, **(files or {})}


def raw():
    return ev.pack(ev.with_manifest(package()))


def test_an_untouched_file_has_no_fault():
    faults, checked = ev.verify(raw())
    assert faults == []
    assert checked.summary().startswith("5 facts, 2 seals")


def test_one_changed_byte_anywhere_is_found():
    whole = raw()
    for place in range(len(whole)):
        broken = bytearray(whole)
        broken[place] ^= 1 + place % 255
        faults, _checked = ev.verify(bytes(broken))
        assert faults, place


@settings(max_examples=200, deadline=None)
@given(st.integers(0), st.integers(1, 255))
def test_one_byte_changed_in_any_way_is_found(place, change):
    broken = bytearray(raw())
    broken[place % len(broken)] ^= change
    faults, _checked = ev.verify(bytes(broken))
    assert faults


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 5000))
def test_a_shortened_file_is_found(length):
    whole = raw()
    faults, _checked = ev.verify(whole[: min(length, len(whole) - 1)])
    assert faults


def edited(change):
    """An evidence file whose data somebody edited, with fresh manifest and ZIP."""
    files = package()
    data = json.loads(files[ev.DATA])
    change(data)
    files[ev.DATA] = json.dumps(data).encode()
    return ev.verify(ev.pack(ev.with_manifest(files)))[0]


def test_what_was_changed_is_named_although_the_list_was_made_anew():
    def words(data):
        data["events"][1]["content"]["summary"] = "Never called"

    def day(data):
        data["events"][2]["row"][3] = "2026-01-01 00:00:00"

    def dropped(data):
        del data["seals"][0]

    def unsealed(data):
        data["events"][4]["seal"] = 9

    assert edited(words) == [
        "fact 2 of 2026-03-12 08:30:00 (note): its words were changed"
    ]
    assert edited(day) == ["fact 3 of 2026-01-01 00:00:00 (note): changed since seal 1"]
    assert len(edited(dropped)) == 3
    assert "not sealed" in edited(unsealed)[0]


def test_words_that_are_missing_without_a_reason_are_named():
    def gone(data):
        data["events"][1]["content"] = None

    (fault,) = edited(gone)
    assert fault.startswith("fact 2 ") and "no fact tells why" in fault


def test_erased_words_leave_the_rest_verifiable():
    def erased(data):
        data["events"][1]["content"] = None
        told = fact(6, kind="words_erased", words="Erased")
        told["content"]["payload"] = {"events": [2]}
        told["row"][-1] = ev.content_digest(told["salt"], told["content"])
        leaf = ev.leaf(told["row"])
        previous = data["seals"][-1]["root"]
        data["events"].append({**told, "seal": 3, "path": []})
        data["seals"].append(
            {
                "id": 3,
                "sealed_at": "2026-03-14",
                "previous": previous,
                "inner": leaf,
                "root": ev.seal_digest(previous, leaf),
            }
        )
        del data["events"][1]["salt"]

    assert edited(erased) == []


def test_a_rewritten_chain_does_not_have_the_root_kept_elsewhere():
    faults, checked = ev.verify(raw())
    kept = checked.data["seals"][-1]["root"]
    assert ev.verify(raw(), kept)[0] == []
    rewritten = ev.pack(ev.with_manifest(package(facts=6)))
    assert ev.verify(rewritten)[0] == []
    assert kept in ev.verify(rewritten, kept)[0][0]


def test_files_added_missing_or_swapped_are_named():
    added = ev.with_manifest(package())
    added["x.pdf"] = b"x"
    assert ev.verify(ev.pack(added))[0] == ["x.pdf: added, it is not on the list"]
    missing = ev.with_manifest(package())
    del missing["files/1-1-p.pdf"]
    assert len(ev.verify(ev.pack(missing))[0]) == 2
    swapped = ev.with_manifest(package({"files/1-1-p.pdf": b"other"}))
    assert "files/1-1-p.pdf was changed" in ev.verify(ev.pack(swapped))[0][0]


def test_data_of_any_shape_is_a_fault_and_no_crash():
    for data in (b"", b"[]", b'{"format": 1}', b'{"events": 3, "seals": [1]}', b"\xff"):
        files = ev.with_manifest(package({ev.DATA: data}))
        assert ev.verify(ev.pack(files))[0]


def test_the_program_runs_alone(tmp_path):
    """As whoever receives it runs it: another folder, no add-on, isolated Python."""
    import subprocess
    import sys

    script = tmp_path / "verify.py"
    script.write_bytes(open(ev.__file__, "rb").read())
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(raw())
    bad.write_bytes(raw().replace(b"Mrs Bertin", b"Mrs Martin", 1))

    def run(path):
        command = [sys.executable, "-I", str(script), str(path)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    told = run(good)
    assert told.returncode == 0, told.stdout
    assert "Nothing was changed." in told.stdout
    assert run(bad).returncode == 1
    assert run(tmp_path / "none.zip").returncode == 2


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://x.test/p.png">',
        '<div style="background: url(https://x.test/p)">a</div>',
        "<script>alert(1)</script>",
        '<a href="https://x.test/secret-token">a</a>',
        "<iframe src='https://x.test'></iframe>",
        "<p>a<!-- https://x.test --></p>",
        "<link rel=stylesheet href=https://x.test/s.css>",
    ],
)
def test_nothing_printed_reaches_outside(text):
    assert "x.test" not in harmless(f"<p>Hello</p>{text}")
    assert "Hello" in harmless(f"<p>Hello</p>{text}")
    assert "alert" not in harmless(text)


@given(st.text())
def test_any_text_and_name_is_taken(text):
    harmless(text)
    name = file_name(text)
    assert name and "/" not in name and ".." not in name.split("/")
