from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.instalments import add_months
from ..engine.payer import parts, remembered
from ..models.ar_payment_notice_incidents import INCIDENTS
from ..models.res_company_incidents import LONGEST

SHOWN = 200
CHUNK = 500


class ArIncidentPreview(models.TransientModel):
    """Which settled incidents would leave the profiles with another period."""

    _name = "ar.incident.preview"
    _description = "Settled incidents that would leave the profiles"

    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    months = fields.Integer("Settled incidents count for (months)", required=True)
    shown_months = fields.Integer(readonly=True)
    since = fields.Date("Forgotten when settled before", readonly=True)
    payment_count = fields.Integer("Late payments", readonly=True)
    notice_count = fields.Integer("Announcements not kept", readonly=True)
    account_count = fields.Integer("Accounts", readonly=True)
    line_ids = fields.One2many(
        "ar.retention.preview.line", "incident_preview_id", readonly=True
    )

    @api.model
    def _ar_open(self, company):
        """The dialog about one company, with what it forgets now.

        :raise AccessError: the user is no administrator
        """
        preview = self.create(
            {"company_id": company.id, "months": company.ar_incident_months}
        )
        return preview.action_show()

    def action_show(self):
        """Show what would leave with this number of months; nothing is changed."""
        self._ar_check()
        company = self.company_id
        since = add_months(company._ar_today(), -self.months)
        payments = self._ar_payments(company, since)
        notices = self._ar_notices(company, since)
        lines = [self._ar_line(*told) for told in (payments + notices)[:SHOWN]]
        debtors = {told[1].id for told in payments + notices}
        self.write(
            {
                "since": since,
                "shown_months": self.months,
                "payment_count": len(payments),
                "notice_count": len(notices),
                "account_count": len(debtors),
                "line_ids": [
                    Command.clear(),
                    *(Command.create(line) for line in lines),
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would leave the profiles"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_apply(self):
        """From now on; profiles follow in the night.

        Another number than the one looked at is shown first.
        """
        self._ar_check()
        if self.months != self.shown_months:
            return self.action_show()
        self.company_id.sudo().ar_incident_months = self.months
        return {"type": "ir.actions.client", "tag": "reload"}

    def _ar_check(self):
        self.ensure_one()
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("An administrator decides how long."))
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This is data of another company."))
        if not 1 <= self.months <= LONGEST:
            raise UserError(self.env._("Say 1 to %(months)d months.", months=LONGEST))

    @api.model
    def _ar_line(self, day, debtor, what, reference):
        return {
            "date": day,
            "what": what,
            "account": debtor.display_name,
            "reference": reference,
        }

    @api.model
    def _ar_payments(self, company, since):
        """Late payments that count today and would not."""
        Profile = self.env["ar.payer.profile"].sudo()
        if not company.ar_payer_profiles:
            return []
        day, found = company._ar_today(), []
        accounts = self.env["ar.debtor"].sudo()
        accounts = accounts.search([("company_id", "=", company.id)], order="id")
        what = self.env._("Late payment, settled")
        for start in range(0, len(accounts), CHUNK):
            chunk = accounts[start : start + CHUNK]
            books = Profile._ar_instalments(chunk, day)
            for debtor in chunk:
                told = parts(books.get(debtor.id, ()), day)
                kept = set(remembered(told, since))
                move = self.env["account.move"].sudo()
                found += [
                    (p.paid, debtor, what, move.browse(p.move_id).name)
                    for p in told
                    if p not in kept
                ]
        return found

    @api.model
    def _ar_notices(self, company, since):
        """Announcements not kept that count today and would not."""
        notices = (
            self.env["ar.payment.notice"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", INCIDENTS),
                    ("hold_until", "<", since),
                ],
                order="id",
            )
        )
        days = self.env["ar.privacy"]._ar_settled(notices.line_ids.move_id.ids)
        what = self.env._("Announcement not kept, settled since")
        return [
            (notice.hold_until, notice.debtor_id, what, notice.name)
            for notice in notices._ar_remembered()
            if notice._ar_settled_before(since, days)
        ]
