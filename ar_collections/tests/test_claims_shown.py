from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_claims import ClaimsCommon
from .common_sending import SendingCommon


@tagged("post_install", "-at_install")
class TestClaimsShown(ClaimsCommon):
    """In reminders, from the step that says so, apart from the principal."""

    def content(self, step, **vals):
        reminder = self.env["ar.reminder"].create(
            {
                "debtor_id": self.debtor.id,
                "company_id": self.company.id,
                "strategy_id": self.strategy.id,
                "step_id": step.id,
                "planned_date": self.today,
                "channel": step.channel,
                **vals,
            }
        )
        return reminder, reminder._ar_read_content()

    def test_only_from_the_step_that_says_so(self):
        step = self.steps[1]
        reminder, content = self.content(step)
        self.assertNotIn("claims", content)
        self.assertNotIn(self.text(184.93), reminder.items_html)
        step.claims_shown = True
        reminder.invalidate_recordset()
        html = reminder.items_html
        for amount in (15000, 184.93, 40, 15224.93):
            self.assertIn(self.text(amount), html)
        self.assertIn("L441-10", html)
        self.assertIn("D441-5", html)
        row = reminder._ar_read_content()["claims"]["rows"][0]
        self.assertEqual(
            (row["principal"], row["interest"], row["indemnity"]),
            (1500000, 18493, 4000),
        )

    def test_sending_marks_the_claims_as_shown(self):
        step = self.steps[1]
        step.claims_shown = True
        reminder, content = self.content(step)
        reminder._update_state("approved")
        reminder._update_state("sending", {"sending_since": fields.Datetime.now()})
        reminder.content = content
        reminder._ar_record_sent(fields.Datetime.now())
        interest, indemnity = self.claim(), self.claim("indemnity")
        self.assertEqual((interest + indemnity).mapped("state"), ["claimed"] * 2)
        self.assertEqual(interest.claimed_on, self.today)
        self.assertEqual(interest.amount_claimed, 184.93)
        sent = self.env["ar.event"].search([("kind", "=", "reminder_sent")], limit=1)
        payload = sent.content_ids.payload
        self.assertEqual(payload["claims"]["rows"][0]["interest"], 18493)

    def test_what_is_contested_bears_no_interest_in_the_letter(self):
        self.steps[1].claims_shown = True
        self.env["ar.dispute"].create(
            {
                "move_id": self.invoice.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
                "amount": 5000.0,
            }
        )
        self.refresh()
        _reminder, content = self.content(self.steps[1])
        row = content["claims"]["rows"][0]
        self.assertEqual((row["principal"], row["interest"]), (1000000, 12329))
        self.accrue()
        self.assertEqual(self.claim().amount, 184.93)

    def test_waived_and_settled_claims_are_not_asked_again(self):
        self.steps[1].claims_shown = True
        self.accrue()
        self.claim("indemnity")._ar_waive("Gesture")
        self.claim()._ar_cash(100.0, self.today)
        _reminder, content = self.content(self.steps[1])
        row = content["claims"]["rows"][0]
        self.assertEqual((row["interest"], row["indemnity"]), (8493, 0))

    def test_claims_on_paid_invoices_are_asked_with_the_account(self):
        self.steps[1].claims_shown = True
        self.make_invoice(100.0, overdue=25)
        self.refresh()
        self.accrue()
        self.pay_on(self.invoice, 15000.0, self.today - timedelta(days=10))
        reminder, content = self.content(self.steps[1])
        rows = {row["move_id"]: row for row in content["claims"]["rows"]}
        self.assertEqual(rows[self.invoice.id]["principal"], 0)
        self.assertEqual(rows[self.invoice.id]["interest"], 12329)
        # 100 + its interest (25 days) and 40, and what is left of the paid one.
        self.assertIn(self.text(304.32), reminder.items_html)

    def test_the_letter_on_paper_shows_them_too(self):
        self.customer.write({"street": "1 rue Haute", "zip": "75001", "city": "Paris"})
        self.steps[1].write({"claims_shown": True, "channel": "letter"})
        reminder, _content = self.content(self.steps[1])
        self.assertIn(self.text(15224.93), reminder.letter_items_html)


@tagged("post_install", "-at_install")
class TestClaimsSent(SendingCommon):
    """The e-mail that leaves claims what the step says, and it is remembered."""

    def test_the_mail_claims_and_the_claims_know(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.company.write({"currency_id": euro.id, "ar_indemnity": True})
        self.customer.is_company = True
        self.strategy.step_ids.claims_shown = True
        invoice = self.make_invoice(1200.0, overdue=30)
        reminder = self.plan_for(self.customer)
        self.send(reminder)

        [(_to, message)] = self.smtp.accepted
        claim = invoice.ar_claim_ids
        self.assertEqual((claim.kind, claim.state), ("indemnity", "claimed"))
        self.assertEqual(claim.amount, 40.0)
        amount = reminder.with_context(lang="en_US")._ar_money(4000, euro.id)
        html = message.get_body(("html",)).get_content()
        self.assertIn("D441-5", html)
        self.assertIn(amount, html)
        self.assertIn(amount, message.get_body(("plain",)).get_content())
        self.assertEqual(reminder.state, "done")
        self.assertEqual(claim.last_claimed_on, self.today)
