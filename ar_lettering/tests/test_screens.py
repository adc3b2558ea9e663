from odoo.tests import Form, tagged

from .common import LetteringCommon


@tagged("post_install", "-at_install")
class TestScreens(LetteringCommon):
    def test_every_menu_opens(self):
        menus = self.env["ir.ui.menu"].search([])
        data = self.env["ir.model.data"].search(
            [("module", "=", "ar_lettering"), ("model", "=", "ir.ui.menu")]
        )
        opened = 0
        for menu in menus.browse(data.mapped("res_id")):
            action = menu.action
            if not action:
                continue
            if action._name == "ir.actions.server":
                action = action.run()
                self.assertTrue(self.env[action["res_model"]].browse(action["res_id"]))
                continue
            opened += 1
            for mode in action.view_mode.split(","):
                self.env[action.res_model].get_views([(False, mode), (False, "search")])
        self.assertGreaterEqual(opened, 7)

    def test_receipt_form_shows_why_and_its_buttons_work(self):
        invoice = self._invoice(100)
        receipt = self._receipt(90, invoice.name)
        receipt.action_ar_letter()
        form = Form(receipt, "ar_lettering.ar_receipt_view_form")
        self.assertIn("a gap of", form.ar_explanation_text)
        wizard = receipt.action_ar_explain()
        shown = self.env[wizard["res_model"]].browse(wizard["res_id"])
        self.assertIn(invoice.name, shown.words)
        self.assertEqual(shown.decision, "propose")

    def test_words_exist_for_every_reason_of_the_engine(self):
        known = self.env["ar.reason"]._ar_ids_by_code()
        self.assertGreater(len([c for c in known if c.startswith("letter_")]), 35)

    def test_journal_card_opens_the_upload_for_its_journal(self):
        action = self.journal.action_ar_import_statement()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        self.assertEqual(wizard.new({}).journal_id, self.journal)
