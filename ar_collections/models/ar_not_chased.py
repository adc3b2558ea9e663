from odoo import api, fields, models
from odoo.tools import SQL

from .ar_bulk import Many2oneSoft

KINDS = [
    ("scope", "Out of scope"),
    ("account", "Account held"),
    ("item", "Invoice held"),
]

#: Holds of an item that take a part of its amount only.
PARTIAL = ("disputed", "announced", "announced_review")

NOT_CHASED_SQL = """
SELECT i.id * 2 AS id, i.debtor_id, d.partner_id, d.company_id, i.move_id,
       i.due_date, i.company_residual::numeric AS amount,
       CASE WHEN held.kind <> 'item' THEN i.company_residual
            WHEN held.part THEN round(i.company_residual * LEAST(
                 COALESCE(i.disputed, 0) + COALESCE(i.announced, 0), i.residual)
                 / NULLIF(i.residual, 0), 2)
            ELSE i.company_residual END::numeric AS amount_held,
       held.kind, held.reasons, r.id AS reason_id
  FROM ar_item i
  JOIN ar_debtor d ON d.id = i.debtor_id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN i.scope_code IS NOT NULL THEN 'scope'
                   WHEN d.verdict IN ('hold', 'ask')
                        AND COALESCE(jsonb_array_length(i.blockers), 0) = 0
                   THEN 'account' ELSE 'item' END AS kind,
              CASE WHEN i.scope_code IS NOT NULL
                   THEN jsonb_build_array(jsonb_build_object('code', i.scope_code))
                   WHEN COALESCE(jsonb_array_length(i.blockers), 0) > 0
                   THEN i.blockers
                   ELSE d.decision->'reasons' END AS reasons,
              NOT EXISTS (SELECT 1 FROM jsonb_array_elements(i.blockers) b
                           WHERE b->>'code' <> ALL(%(partial)s)) AS part
       ) held
  LEFT JOIN ar_reason r ON r.code = held.reasons->0->>'code'
 WHERE i.is_open AND NOT COALESCE(i.is_credit, FALSE)
   AND (i.scope_code IS NOT NULL OR d.verdict IN ('hold', 'ask')
        OR COALESCE(jsonb_array_length(i.blockers), 0) > 0)
UNION ALL
SELECT l.id * 2 + 1, NULL, NULL, c.collector_id, l.move_id,
       COALESCE(l.date_maturity, l.date), l.amount_residual, l.amount_residual,
       'scope', '[{"code": "scope_no_partner"}]'::jsonb, r.id
  FROM account_move_line l
  JOIN account_account a ON a.id = l.account_id
   AND a.account_type = 'asset_receivable'
  JOIN unnest(%(companies)s::int[], %(collectors)s::int[])
       AS c(company_id, collector_id) ON c.company_id = l.company_id
  LEFT JOIN ar_reason r ON r.code = 'scope_no_partner'
 WHERE l.partner_id IS NULL AND l.parent_state = 'posted'
   AND l.reconciled IS NOT TRUE
   AND l.amount_residual > 0
"""


class ArNotChased(models.Model):
    """What is owed and not chased, each with one reason and what to do about it.

    Read from the items of the moment, and from the receivable lines that name no
    customer and therefore have no item. Amounts are in the company's currency.
    """

    _name = "ar.not.chased"
    _description = "Receivable not chased"
    _auto = False
    _order = "due_date, id"
    _rec_name = "move_id"
    _depends = {
        "ar.item": [
            "debtor_id",
            "move_id",
            "due_date",
            "is_open",
            "is_credit",
            "scope_code",
            "residual",
            "company_residual",
            "disputed",
            "announced",
            "blockers",
        ],
        "ar.debtor": ["verdict", "decision", "partner_id", "company_id"],
        "ar.reason": ["code"],
        "account.account": ["account_type"],
        "account.move.line": [
            "partner_id",
            "account_id",
            "company_id",
            "move_id",
            "parent_state",
            "reconciled",
            "amount_residual",
            "date_maturity",
            "date",
        ],
    }

    debtor_id = fields.Many2one("ar.debtor", "Account", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = Many2oneSoft("account.move", "Entry", readonly=True)
    due_date = fields.Date("Due on", readonly=True)
    amount = fields.Monetary("Open amount", readonly=True)
    amount_held = fields.Monetary("Not chased", readonly=True)
    kind = fields.Selection(KINDS, "Where", readonly=True)
    reasons = fields.Json(readonly=True)
    reason_id = fields.Many2one("ar.reason", readonly=True)
    advice = fields.Text("What to do", compute="_compute_why")
    number = fields.Char(related="move_id.name", string="Number")
    why = fields.Text(compute="_compute_why")
    days_overdue = fields.Integer("Days late", compute="_compute_days_overdue")

    @property
    def _table_query(self):
        pairs = self.env["res.company"].sudo()._ar_collecting_map()
        return SQL(
            NOT_CHASED_SQL,
            partial=list(PARTIAL),
            companies=list(pairs),
            collectors=list(pairs.values()),
        )

    @api.depends("reasons", "reason_id")
    @api.depends_context("lang")
    def _compute_why(self):
        for row in self:
            row.why = self.env["ar.reason"]._ar_line(row.reasons)
            row.advice = row.reason_id.sudo().advice

    @api.depends("due_date")
    def _compute_days_overdue(self):
        today = {c: c._ar_today() for c in self.company_id}
        for row in self:
            late = (today[row.company_id] - row.due_date).days if row.due_date else 0
            row.days_overdue = max(late, 0)

    def action_open(self):
        """Open what can be changed about it: the account, or the entry."""
        self.ensure_one()
        record = self.debtor_id if self.kind == "account" else self.move_id
        if self.debtor_id and not record.has_access("read"):
            record = self.debtor_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
