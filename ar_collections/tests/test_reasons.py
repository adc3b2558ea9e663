import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from ..models.ar_debtor_plan import CANCEL_CODES

#: A code given as a literal: to a reason, as the cause of a cancellation, as scope.
LITERAL = re.compile(
    r"""Reason\(\s*["'](\w+)["']"""
    r"""|cancel_code["']?\s*[:=]\s*["'](\w+)["']"""
    r"""|["'](scope_\w+)["']"""
    r"""|["'](no_(?:address|phone|postal_address))["']"""
)


@tagged("post_install", "-at_install")
class TestReasons(TransactionCase):
    """The registry of reasons is closed: no decision speaks of an unknown code."""

    def test_every_code_in_the_source_is_registered(self):
        root = Path(__file__).parent.parent
        used = set(CANCEL_CODES.values())
        for path in [*root.glob("engine/*.py"), *root.glob("models/*.py")]:
            for groups in LITERAL.findall(path.read_text()):
                used |= {code for code in groups if code}
        used -= {"scope_code"}
        self.assertGreater(len(used), 25)
        registry = self.env["ar.reason"]._ar_registry()
        self.assertFalse(used - registry.keys())

    def test_sentences_take_their_parameters_in_both_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        names = re.compile(r"%\((\w+)\)")
        for reason in self.env["ar.reason"].search([]):
            french = reason.with_context(lang="fr_FR").words
            with self.subTest(code=reason.code):
                self.assertEqual(
                    set(names.findall(reason.words)), set(names.findall(french))
                )
                params = dict.fromkeys(names.findall(french), 1)
                self.assertTrue(french % params)
