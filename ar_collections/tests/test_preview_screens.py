from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestPreviewScreens(ArCommon):
    """What the buttons of previews and dry runs show."""

    def open(self, action):
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_the_account_shows_its_coming_days(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        action = debtor.action_preview()
        preview = self.open(action)
        self.assertEqual(preview.state, "done")
        self.assertEqual((preview.contact_count, preview.account_count), (2, 1))
        self.assertIn("contacts: 2, accounts: 1 of 1", preview.headline)
        first = preview.would_ids[0]
        self.assertEqual(first.debtor_id, debtor)
        self.assertEqual((first.amount, first.numbers), (100.0, move.name))
        self.assertIn(move.name, first.why)
        self.assertEqual(first.action_open_debtor()["res_id"], debtor.id)
        self.assertEqual(preview.chart.count("flex-fill"), 30, "one bar a day")
        form = Form(preview, view="ar_collections.ar_preview_result_form")
        self.assertEqual(form.headline, preview.headline)

    def test_nothing_to_send_says_so(self):
        self.make_invoice(100, overdue=-90)
        preview = self.open(self.refresh().action_preview())
        self.assertIn("no contact. Accounts looked at: 1", preview.headline)
        self.assertFalse(preview.chart)

    def test_a_dry_run_asks_for_its_days_and_compares(self):
        self.make_invoice(100, overdue=30)
        debtor = self.refresh()
        self.mark_sent(debtor, self.steps[0], days_ago=20)
        items = debtor.open_item_ids
        items._ar_bulk_update([(i.id, None) for i in items], {"step_id": "int"})
        self.steps[1].channel = "call"
        self.customer.phone = "+33 1 99 00 12 34"
        dialog = self.open(self.strategy.action_dry_run())
        self.assertEqual((dialog.state, dialog.kind), ("ask", "past"))
        self.assertFalse(dialog.proposed)
        dialog.date_from = self.today - timedelta(days=28)
        self.patch(
            self.env.registry["ar.simulation"], "_ar_may_leave", lambda *args: True
        )
        result = self.open(dialog.action_run())
        self.assertEqual(result, dialog)
        self.assertEqual(len(result.would_ids), 2)
        self.assertEqual(result.sent_ids.mapped("step_id"), self.steps[0])
        self.assertIn("calls a day at most: 1", result.headline)
        self.assertIn("Contacts: 1, accounts: 1", result.comparison)
        self.assertTrue(result.notes)
        lines = self.env["ar.preview.line"].search(result.action_lines()["domain"])
        self.assertEqual(len(lines), 3)
        again = result.action_again()
        self.assertEqual(again["res_id"], result.id)
        result.date_to = False
        with self.assertRaisesRegex(UserError, "first and the last day"):
            result.action_run()

    def test_running_again_replaces_the_result(self):
        self.make_invoice(100, overdue=10)
        preview = self.open(self.refresh().action_preview())
        self.assertEqual(len(preview.line_ids), 2)
        preview.days = 1
        preview.action_run()
        self.assertEqual(len(preview.line_ids), 1)

    def test_putting_a_strategy_in_force_proposes_the_dry_run(self):
        draft = self.strategy.copy({"name": "Draft", "active": False})
        dialog = self.open(draft.action_unarchive())
        self.assertTrue(draft.active)
        self.assertTrue(dialog.proposed)
        self.assertEqual(dialog.strategy_id, draft)
        both = (draft | self.strategy).with_context(active_test=False)
        both.action_archive()
        self.assertFalse(both.action_unarchive(), "several at once: no dialog")
        self.assertTrue(all(both.mapped("active")))

    def test_automatic_sending_proposes_the_dry_run(self):
        self.strategy.mode = "manual"
        self.strategy.mode = "auto"
        told = self.strategy.onchange(
            {"mode": "auto", "id": self.strategy.id}, ["mode"], {"mode": {}}
        )
        self.assertNotIn("warning", told, "it was automatic already")
        self.strategy.mode = "manual"
        told = self.strategy.onchange({"mode": "auto"}, ["mode"], {"mode": {}})
        self.assertIn("Dry run", told["warning"]["message"])

    def test_collectors_and_readers_may_look(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        for role in ("user", "reader"):
            user = self.env["res.users"].create(
                {
                    "name": role,
                    "login": f"preview.{role}",
                    "company_id": self.company.id,
                    "company_ids": [(6, 0, self.company.ids)],
                    "group_ids": [
                        (4, self.env.ref("base.group_user").id),
                        (4, self.env.ref(f"ar_collections.group_{role}").id),
                    ],
                }
            )
            debtor.collector_id = user
            preview = self.open(debtor.with_user(user).action_preview())
            preview = preview.with_user(user)
            self.assertEqual(preview.contact_count, 2)
            self.assertEqual(len(preview.would_ids), 2)
