from odoo import fields, models
from odoo.tools import SQL

from .ar_dispute import RESOLUTIONS, SOURCES, STATES
from .ar_dispute_reason import ROLES


class ArDisputeReport(models.Model):
    """Why customers contest, what it costs and how long an answer takes.

    One row per dispute, in the currency of the collecting company at the rate of the
    invoice. An invoice of several product categories counts under the one with the
    biggest part, so that counts and amounts add up.
    """

    _name = "ar.dispute.report"
    _description = "Analysis of disputes"
    _auto = False
    _order = "opened_on desc, id desc"
    _rec_name = "dispute_id"

    dispute_id = fields.Many2one("ar.dispute", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    debtor_id = fields.Many2one("ar.debtor", "Account", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    collector_id = fields.Many2one("res.users", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    reason_id = fields.Many2one("ar.dispute.reason", readonly=True)
    owner_role = fields.Selection(ROLES, "Department", readonly=True)
    owner_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("ar.dispute.team", readonly=True)
    categ_id = fields.Many2one(
        "product.category",
        "Product category",
        readonly=True,
        help="The one with the biggest part of the invoice.",
    )
    source = fields.Selection(SOURCES, readonly=True)
    state = fields.Selection(STATES, readonly=True)
    resolution = fields.Selection(RESOLUTIONS, readonly=True)
    opened_on = fields.Date("Opened on", readonly=True)
    closed_on = fields.Date("Closed on", readonly=True)
    dispute_count = fields.Integer("Disputes", readonly=True)
    amount_asked = fields.Monetary("Contested", readonly=True)
    amount_open = fields.Monetary("Still disputed", readonly=True)
    amount_credited = fields.Monetary("Credited", readonly=True)
    days_open = fields.Float(
        "Days to answer",
        readonly=True,
        aggregator="avg",
        help="From opening to closing; of an open dispute, until today.",
    )
    late_count = fields.Integer(
        "Answered late",
        readonly=True,
        help="Closed after the promised date, or open past it.",
    )

    _depends = {
        "ar.dispute": [
            "amount",
            "amount_asked",
            "closed_at",
            "credit_move_id",
            "debtor_id",
            "opened_at",
            "owner_id",
            "reason_id",
            "resolution",
            "state",
            "target_date",
            "team_id",
        ],
        "ar.dispute.reason": ["owner_role"],
        "ar.debtor": ["collector_id", "partner_id"],
        "account.move": ["invoice_user_id", "amount_total_signed", "state"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
        SELECT t.id, t.id AS dispute_id, t.company_id, k.currency_id, t.debtor_id,
               d.partner_id, d.collector_id, m.invoice_user_id AS salesperson_id,
               t.reason_id, r.owner_role, t.owner_id, t.team_id, p.categ_id, t.source,
               t.state, t.resolution, day.opened AS opened_on, day.closed AS closed_on,
               1 AS dispute_count,
               round((t.amount_asked * f.rate)::numeric, 2) AS amount_asked,
               CASE WHEN t.state = 'open'
                    THEN round((t.amount * f.rate)::numeric, 2)
                    ELSE 0 END AS amount_open,
               CASE WHEN c.state = 'posted' THEN -c.amount_total_signed
                    ELSE 0 END AS amount_credited,
               COALESCE(day.closed, day.today) - day.opened AS days_open,
               (t.target_date < COALESCE(day.closed, day.today))::int AS late_count
          FROM ar_dispute t
          JOIN res_company k ON k.id = t.company_id
          JOIN ar_debtor d ON d.id = t.debtor_id
          JOIN account_move m ON m.id = t.move_id
          JOIN ar_dispute_reason r ON r.id = t.reason_id
          LEFT JOIN account_move c ON c.id = t.credit_move_id
         CROSS JOIN LATERAL (
               -- Company currency per unit of the invoice's, as it was booked.
               SELECT COALESCE(abs(m.amount_total_signed)
                               / NULLIF(abs(m.amount_total), 0), 1) AS rate) f
         CROSS JOIN LATERAL (
               SELECT (t.opened_at AT TIME ZONE 'UTC'
                       AT TIME ZONE z.tz)::date AS opened,
                      (t.closed_at AT TIME ZONE 'UTC'
                       AT TIME ZONE z.tz)::date AS closed,
                      (now() AT TIME ZONE z.tz)::date AS today
                 FROM (SELECT COALESCE(k.ar_tz, 'Europe/Paris') AS tz) z) day
          LEFT JOIN LATERAL (
               SELECT pt.categ_id
                 FROM account_move_line l
                 JOIN product_product pp ON pp.id = l.product_id
                 JOIN product_template pt ON pt.id = pp.product_tmpl_id
                WHERE l.move_id = t.move_id AND l.display_type = 'product'
                GROUP BY pt.categ_id
                ORDER BY sum(abs(l.balance)) DESC, pt.categ_id LIMIT 1) p ON TRUE"""
        )

    def action_open_dispute(self):
        """The dispute of this row."""
        self.ensure_one()
        return self.dispute_id._get_records_action(context={})
