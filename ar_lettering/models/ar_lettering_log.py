from odoo import api, fields, models

#: What a run counts of the receipts that it looked at.
COUNTS = ("booked", "proposed", "left", "failed")


class ArLetteringLog(models.Model):
    """What one run of the matching did, and how right its bookings proved since."""

    _name = "ar.lettering.log"
    _description = "Matching run"
    _order = "id desc"
    _rec_name = "started_at"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    started_at = fields.Datetime("Started", required=True, readonly=True)
    seconds = fields.Float("Duration (s)", readonly=True)
    whole = fields.Boolean(
        "All receipts",
        readonly=True,
        help="All open receipts were looked at, not only what changed.",
    )
    done = fields.Boolean("Finished", readonly=True, default=True)
    received = fields.Integer(
        "New receipts", readonly=True, help="Looked at for the first time."
    )
    examined = fields.Integer("Looked at", readonly=True)
    booked = fields.Integer("Booked automatically", readonly=True)
    booked_amount = fields.Monetary("Amount booked", readonly=True)
    proposed = fields.Integer(readonly=True)
    left = fields.Integer(readonly=True)
    failed = fields.Integer("Refused by the ledger", readonly=True)
    reasons = fields.Json("Reasons data", readonly=True)
    reasons_text = fields.Text("Left, by reason", compute="_compute_reasons_text")
    proposal_ids = fields.One2many(
        "ar.lettering.proposal", "log_id", "Booked", readonly=True
    )
    undone = fields.Integer(
        "Undone since", compute="_compute_precision", help="Of what this run booked."
    )
    precision = fields.Float(
        compute="_compute_precision",
        help="Part of what this run booked that nobody has undone or corrected since.",
    )

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reasons_text(self):
        names = {r.code: r.name for r in self.env["ar.reason"].sudo().search([])}
        for log in self:
            told = sorted((log.reasons or {}).items(), key=lambda pair: -pair[1])
            log.reasons_text = "\n".join(
                f"{names.get(code, code)}: {count}" for code, count in told
            )

    @api.depends("proposal_ids.state")
    def _compute_precision(self):
        groups = self.env["ar.lettering.proposal"]._read_group(
            [("log_id", "in", self.ids)], ["log_id", "state"], ["__count"]
        )
        counts = {(log.id, state): count for log, state, count in groups}
        for log in self:
            undone = counts.get((log.id, "undone"), 0)
            log.undone = undone
            log.precision = 1 - undone / log.booked if log.booked else 0.0

    def action_open_booked(self):
        """Show what this run booked."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Booked automatically"),
            "res_model": "ar.lettering.proposal",
            "view_mode": "list,form",
            "domain": [("log_id", "=", self.id)],
        }

    @api.model
    def _ar_precision(self, company, since=None):
        """How right automatic bookings proved, from undos and corrections.

        :param since: first day of the bookings that count; all by default
        :return: ``{"booked", "undone", "precision"}``; precision None without booking
        :rtype: dict
        """
        domain = [("company_id", "=", company.id), ("automatic", "=", True)]
        if since:
            domain.append(("create_date", ">=", since))
        groups = self.env["ar.lettering.proposal"]._read_group(
            domain, ["state"], ["__count"]
        )
        counts = dict(groups)
        total = sum(counts.values())
        undone = counts.get("undone", 0)
        return {
            "booked": total,
            "undone": undone,
            "precision": 1 - undone / total if total else None,
        }
