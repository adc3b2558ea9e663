from odoo import api, fields, models

OPEN_GAPS = ("deduction", "retention", "partial", "over", "interest")


class ArMonthEnd(models.TransientModel):
    """What is not settled between the bank and the customers at a date."""

    _name = "ar.lettering.month.end"
    _description = "Month-end checklist"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "At", required=True, default=lambda self: self._default_date(), help="Included."
    )
    line_ids = fields.One2many("ar.lettering.month.end.line", "check_id")
    ready = fields.Boolean("Nothing left", compute="_compute_ready")
    booked = fields.Integer("Booked automatically", compute="_compute_ready")
    precision = fields.Float(
        compute="_compute_ready", help="Not undone or corrected since, of this year."
    )

    @api.model
    def _default_date(self):
        """The last day of the month before."""
        first = fields.Date.context_today(self).replace(day=1)
        return fields.Date.subtract(first, days=1)

    @api.depends("line_ids.count", "date", "company_id")
    def _compute_ready(self):
        Log = self.env["ar.lettering.log"]
        for check in self:
            check.ready = not any(check.line_ids.mapped("count"))
            since = check.date and check.date.replace(month=1, day=1)
            told = Log._ar_precision(check.company_id, since)
            check.booked = told["booked"]
            check.precision = told["precision"] or 0.0

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks._ar_fill()
        return checks

    def write(self, vals):
        result = super().write(vals)
        if {"date", "company_id"} & set(vals):
            self._ar_fill()
        return result

    def _ar_fill(self):
        for check in self:
            rows = [fields.Command.create(vals) for vals in check._ar_checks()]
            check.line_ids = [fields.Command.clear(), *rows]

    @api.model
    def action_open_check(self):
        """Check the month before, and show it."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Month-end checklist"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
        }

    def _ar_checks(self):
        """The checks, in the order in which they are worked through."""
        if not (self.date and self.company_id):
            return []
        return [
            *self._ar_receipts(),
            self._ar_gaps(),
            *self._ar_suspense(),
            *self._ar_statements(),
        ]

    def _ar_vals(self, kind, label, records, amount=0.0):
        return {
            "kind": kind,
            "label": label,
            "count": len(records),
            "amount": amount,
            "res_model": records._name,
            "res_ids": records.ids,
        }

    def _ar_receipts(self):
        """Receipts that nothing is matched with, new ones and those looked at."""
        Line = self.env["account.bank.statement.line"]
        lines = Line.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", "<=", self.date),
                ("amount", ">", 0),
                ("is_reconciled", "=", False),
                ("state", "=", "posted"),
                ("journal_id.type", "=", "bank"),
            ]
        )
        proposed = lines.filtered(lambda line: line.ar_lettering_state == "proposed")
        for kind, label, found in (
            ("proposed", self.env._("Receipts with a proposal to validate"), proposed),
            ("unmatched", self.env._("Receipts that nobody matched"), lines - proposed),
        ):
            amounts = [ln.amount for ln in found if ln.currency_id == self.currency_id]
            yield self._ar_vals(kind, label, found, sum(amounts))

    def _ar_gaps(self):
        """Gaps left open by a match: money on account, parts that stay owed."""
        proposals = self.env["ar.lettering.proposal"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("validated", "booked")),
                ("gap_kind", "in", OPEN_GAPS),
                ("st_line_id.date", "<=", self.date),
            ]
        )
        open_ = proposals.filtered(
            lambda p: not all(p.line_ids.move_line_id.mapped("reconciled")) or p.gap > 0
        )
        amount = sum(
            p.short - p.gap for p in open_ if p.currency_id == self.currency_id
        )
        return self._ar_vals("gap", self.env._("Gaps still open"), open_, amount)

    def _ar_suspense(self):
        """Balance of each journal's suspense account, of entries up to the date."""
        journals = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company_id.id)]
        )
        for account in journals.suspense_account_id:
            domain = [
                ("account_id", "=", account.id),
                ("date", "<=", self.date),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
            ]
            lines = self.env["account.move.line"].search(domain)
            balance = sum(lines.mapped("balance"))
            label = self.env._(
                "Suspense account %(account)s", account=account.display_name
            )
            if account.reconcile:
                lines = lines.filtered(lambda line: not line.reconciled)
            yield self._ar_vals("suspense", label, lines, balance)

    def _ar_statements(self):
        """Statements that do not add up, and journals whose statements stop early."""
        statements = self.env["account.bank.statement"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", "<=", self.date),
                ("journal_id.type", "=", "bank"),
                "|",
                ("is_complete", "=", False),
                ("is_valid", "=", False),
            ]
        )
        yield self._ar_vals(
            "statement",
            self.env._("Statements with a wrong or missing balance"),
            statements,
        )
        groups = self.env["account.bank.statement.line"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("journal_id.type", "=", "bank"),
                ("ar_entry_key", "!=", False),
            ],
            ["journal_id"],
            ["date:max"],
        )
        late = self.env["account.journal"].union(
            *(journal for journal, last in groups if last < self.date)
        )
        yield self._ar_vals(
            "feed", self.env._("Bank journals without movements up to the date"), late
        )


class ArMonthEndLine(models.TransientModel):
    """One check of the month end."""

    _name = "ar.lettering.month.end.line"
    _description = "Check of the month end"

    check_id = fields.Many2one(
        "ar.lettering.month.end", "Checklist", ondelete="cascade"
    )
    currency_id = fields.Many2one(related="check_id.currency_id")
    kind = fields.Char()
    label = fields.Char("Check")
    count = fields.Integer("Open")
    amount = fields.Monetary()
    res_model = fields.Char()
    res_ids = fields.Json()

    def action_open(self):
        """Show what is open."""
        self.ensure_one()
        if self.res_model == "account.bank.statement.line":
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "ar_lettering.ar_receipt_action"
            )
            action["context"] = {}
        else:
            action = {
                "type": "ir.actions.act_window",
                "name": self.label,
                "res_model": self.res_model,
                "view_mode": "list,form",
            }
        return {**action, "domain": [("id", "in", self.res_ids or [])]}
