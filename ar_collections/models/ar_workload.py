from odoo import fields, models
from odoo.tools import SQL

from .ar_debtor import VERDICTS
from .ar_payer_profile import CLASSES


class ArWorkload(models.Model):
    """What there is to do, one row per account, to be added up per collector."""

    _name = "ar.workload"
    _description = "Workload of the collectors"
    _auto = False
    _order = "amount_overdue desc, id"
    _rec_name = "debtor_id"

    debtor_id = fields.Many2one("ar.debtor", "Account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    collector_id = fields.Many2one("res.users", readonly=True)
    worker_id = fields.Many2one(
        "res.users",
        "Worked by",
        readonly=True,
        help="The collector, or who stands in while he is away.",
    )
    strategy_id = fields.Many2one("ar.strategy", readonly=True)
    verdict = fields.Selection(VERDICTS, "Decision", readonly=True)
    payer_class = fields.Selection(CLASSES, "Payer class", readonly=True)
    account_count = fields.Integer("Accounts", readonly=True)
    amount_due = fields.Monetary("Net balance", readonly=True)
    amount_overdue = fields.Monetary("Overdue", readonly=True)
    todo_count = fields.Integer(
        "To do today", readonly=True, help="Accounts to chase, or that ask a person."
    )
    call_count = fields.Integer("Calls to make", readonly=True)
    trouble_count = fields.Integer(
        "In trouble", readonly=True, help="Reminders that failed or are in doubt."
    )
    dispute_count = fields.Integer("Open disputes", readonly=True)

    _depends = {
        "ar.debtor": [
            "company_id",
            "collector_id",
            "strategy_id",
            "verdict",
            "payer_class",
            "amount_due",
            "amount_overdue",
            "active",
        ],
        "ar.reminder": ["debtor_id", "channel", "state"],
        "ar.dispute": ["debtor_id", "state"],
        "res.users": ["ar_substitute_id"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
        SELECT d.id, d.id AS debtor_id, d.company_id, k.currency_id,
               d.collector_id,
               COALESCE(u.ar_substitute_id, d.collector_id) AS worker_id,
               d.strategy_id, d.verdict, d.payer_class, 1 AS account_count,
               d.amount_due, d.amount_overdue,
               (d.verdict IN ('chase', 'ask'))::int AS todo_count,
               COALESCE(r.calls, 0)::int AS call_count,
               COALESCE(r.trouble, 0)::int AS trouble_count,
               COALESCE(t.disputes, 0)::int AS dispute_count
          FROM ar_debtor d
          JOIN res_company k ON k.id = d.company_id
          LEFT JOIN res_users u ON u.id = d.collector_id
          LEFT JOIN (
               SELECT debtor_id,
                      count(*) FILTER (WHERE channel = 'call'
                                         AND state IN ('planned', 'approved')) AS calls,
                      count(*) FILTER (WHERE state IN ('failed', 'in_doubt')) AS trouble
                 FROM ar_reminder
                WHERE state IN ('planned', 'approved', 'failed', 'in_doubt')
                GROUP BY debtor_id) r ON r.debtor_id = d.id
          LEFT JOIN (SELECT debtor_id, count(*) AS disputes FROM ar_dispute
                      WHERE state = 'open' GROUP BY debtor_id) t ON t.debtor_id = d.id
         WHERE d.active"""
        )

    def action_open_account(self):
        """The account of this row."""
        self.ensure_one()
        return self.debtor_id._get_records_action(context={})
