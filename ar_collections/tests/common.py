from datetime import timedelta

from odoo import Command, fields

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

#: Hours of a strategy whose reminders leave at once, whenever the tests run.
ALWAYS_OPEN = {
    "send_saturday": True,
    "send_sunday": True,
    "hour_from": 0.0,
    "hour_to": 24.0,
    "skip_holidays": False,
    "spread_minutes": 0,
}


class ArCommon(AccountTestInvoicingCommon):
    """A company, a customer with an address, and ways to make receivables."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref(
            "ar_collections.group_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        # No bank feed exists in these books; its guard has its own test.
        cls.company.ar_stale_bank_days = 0
        cls.today = cls.company._ar_today()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Menuiserie Bertin", "email": "compta@bertin.example"}
        )
        cls.strategy = cls.env["ar.strategy"].create(
            {
                "name": "Ladder of the tests",
                "company_id": cls.company.id,
                "sequence": 0,
                "mode": "auto",
                "min_gap_days": 5,
                "weekly_cap": 1,
                **ALWAYS_OPEN,
                "step_ids": [
                    Command.create({"name": "First", "delay_days": 5}),
                    Command.create({"name": "Second", "delay_days": 20}),
                    Command.create({"name": "Third", "delay_days": 40}),
                ],
            }
        )
        cls.steps = cls.strategy.step_ids.sorted("delay_days")

    @classmethod
    def make_invoice(cls, amount=100.0, overdue=10, partner=None, **vals):
        """A posted invoice, ``overdue`` days after its due date today."""
        kind = vals.pop("move_type", "out_invoice")
        move = cls.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or cls.customer).id,
                "invoice_date": cls.today - timedelta(days=max(overdue, 0) + 30),
                "invoice_date_due": cls.today - timedelta(days=overdue),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [],
                            "account_id": cls.company_data[
                                "default_account_revenue"
                            ].id,
                        }
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    @classmethod
    def pay(cls, moves, amount=None):
        """Register a payment of these invoices; the payment is returned."""
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"group_payment": True, "payment_date": cls.today})
        )
        if amount is not None:
            wizard.amount = amount
        return wizard._create_payments()

    @classmethod
    def refresh(cls, partner=None):
        """What the freshness cron does within a minute; the account is returned."""
        cls.env.flush_all()
        partner = (partner or cls.customer).commercial_partner_id
        return cls.env["ar.debtor"]._ar_refresh([partner.id])

    @classmethod
    def codes(cls, told):
        return [reason["code"] for reason in told["reasons"]]

    @classmethod
    def mark_sent(cls, debtor, step, days_ago=0):
        """As if this step had been sent some days ago."""
        when = fields.Datetime.now() - timedelta(days=days_ago)
        reminder = cls.env["ar.reminder"].create(
            {
                "debtor_id": debtor.id,
                "company_id": debtor.company_id.id,
                "strategy_id": step.strategy_id.id,
                "step_id": step.id,
                "planned_date": when.date(),
            }
        )
        reminder._update_state("approved")
        reminder._update_state("sending", {"sending_since": when})
        reminder._update_state("done", {"sent_at": when})
        debtor.open_item_ids._ar_bulk_update(
            [(i.id, step.id, step.delay_days, 1) for i in debtor.open_item_ids],
            {"step_id": "int", "step_delay": "int", "cycle": "int"},
        )
        return reminder
