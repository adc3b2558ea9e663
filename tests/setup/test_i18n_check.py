"""The French check finds each way in which a translation is not whole."""

import pytest

from devkit import i18n_check

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def po(**texts):
    """Return the text of a .po file with {msgid: msgstr}."""
    return HEADER + "".join(
        f'msgid "{msgid.replace("_", " ")}"\nmsgstr "{msgstr}"\n\n'
        for msgid, msgstr in texts.items()
    )


@pytest.fixture
def addon(tmp_path):
    """An add-on whose French is whole."""
    folder = tmp_path / "ar_a"
    (folder / "i18n").mkdir(parents=True)
    (folder / "i18n/ar_a.pot").write_text(po(Reminder="", Sent_to_=""))
    (folder / "i18n/fr.po").write_text(po(Reminder="Relance", Sent_to_="Envoyé à"))
    return folder


def test_a_whole_translation_has_no_problem(addon):
    assert list(i18n_check.problems(addon)) == []


@pytest.mark.parametrize(
    ("french", "problem"),
    [
        (po(Reminder="Relance"), "no French entry: 'Sent to '"),
        (po(Reminder="", Sent_to_="À"), "untranslated: 'Reminder'"),
        (
            po(Reminder="Relance", Sent_to_="À", Old="Vieux"),
            "stale French entry: 'Old'",
        ),
        (
            po(Reminder="Relance %s", Sent_to_="À"),
            "placeholders differ: 'Reminder' → 'Relance %s'",
        ),
        (
            po(Sent_to_="À") + '#, fuzzy\nmsgid "Reminder"\nmsgstr "Rappel"\n',
            "fuzzy: 'Reminder'",
        ),
    ],
)
def test_each_shortcoming_is_told(addon, french, problem):
    (addon / "i18n/fr.po").write_text(french)
    assert list(i18n_check.problems(addon)) == [problem]


def test_a_text_that_was_never_exported_is_told(addon, tmp_path):
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "ar_a.pot").write_text(po(Reminder="", New=""))
    assert list(i18n_check.problems(addon, fresh)) == [
        "not in ar_a.pot: 'New'",
        "in ar_a.pot but no longer in the add-on: 'Sent to '",
    ]


def test_a_missing_file_is_told_with_the_way_to_write_it(addon):
    (addon / "i18n/fr.po").unlink()
    (problem,) = i18n_check.problems(addon)
    assert "fr.po is missing" in problem and "i18n-export" in problem


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%(count)s invoices, %(amount).2f", ["%(count)s", "%(amount).2f"]),
        ("100%% of {name}", ["{name}"]),
        ("<b>Hello</b> {{ object.name }}", ["<b", "</b", "{{ object.name }}"]),
        ("5 % discount", []),
    ],
)
def test_placeholders(text, found):
    assert i18n_check.placeholders(text) == found


def test_merging_keeps_translations_and_drops_what_is_gone(addon, tmp_path):
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "ar_a.pot").write_text(po(Reminder="", New=""))
    assert i18n_check.merge(addon, fresh) == 1
    assert list(i18n_check.problems(addon, fresh)) == ["untranslated: 'New'"]
    text = (addon / "i18n/fr.po").read_text()
    assert "Relance" in text and "Envoyé" not in text
