from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.simulate import totals

#: No simulation is longer than that.
LONGEST = 366


class ArSimulationResult(models.AbstractModel):
    _inherit = "ar.simulation"

    @api.model
    def _ar_preview(self, debtors, days, strategy=None):
        if not isinstance(days, int) or not 1 <= days <= LONGEST:
            raise UserError(
                self.env._("Choose between 1 and %(days)d days.", days=LONGEST)
            )
        archived = strategy if strategy and not strategy.active else None
        made = self._ar_coming(debtors, days, archived)
        company = debtors.company_id[:1] or self.env.company
        first = company._ar_today()
        told = self._ar_result(made, debtors, first, first + timedelta(days=days - 1))
        told["notes"] = [
            self.env._("As if nobody paid, answered or announced anything meanwhile."),
            self.env._(
                "Announced payments and suspensions end by their dates; disputes and "
                "receipts that are not matched hold until somebody settles them."
            ),
            self.env._("What is to be approved is taken as approved on the day."),
        ]
        return told

    @api.model
    def _ar_result(self, made, debtors, first, last):
        """Contacts by day, and their figures."""
        days = {}
        for one in self._ar_tell(made):
            days.setdefault(one["date"], []).append(one)
        figures = totals(made, first, last)
        Currency = self.env["res.currency"]
        figures["amounts"] = {
            currency: cents / 10 ** Currency._ar_of(currency).decimal_places
            for currency, cents in figures["amounts"].items()
        }
        figures["busiest"] = figures["busiest"] and figures["busiest"].isoformat()
        every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "days": [
                {"date": day.isoformat(), "contacts": days.get(day.isoformat(), [])}
                for day in every
            ],
            "totals": figures,
            "accounts": len(debtors),
        }

    @api.model
    def _ar_really_sent(self, debtors, first, last):
        """Contacts that were really made with these accounts."""
        self.env["ar.reminder"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT id, day FROM (
                SELECT r.id, (COALESCE(r.sent_at, r.sending_since) AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(c.ar_tz, 'Europe/Paris'))::date AS day
                  FROM ar_reminder r JOIN res_company c ON c.id = r.company_id
                 WHERE r.debtor_id = ANY(%s) AND r.purpose NOT IN ('thanks', 'info')
                   AND r.state IN ('done', 'in_doubt', 'sending')) told
             WHERE day BETWEEN %s AND %s ORDER BY day, id""",
                debtors.ids,
                first,
                last,
            )
        )
        days = dict(self.env.cr.fetchall())
        reminders = self.env["ar.reminder"].sudo().browse(days)
        return [
            {
                "date": days[reminder.id].isoformat(),
                "reminder_id": reminder.id,
                "debtor_id": reminder.debtor_id.id,
                "debtor": reminder.debtor_id.display_name,
                "step_id": reminder.step_id.id,
                "step": reminder.step_id.name,
                "channel": reminder.channel,
                "mode": reminder.mode,
                "recipient": reminder.step_id.recipient,
                "unit_key": reminder.unit_key,
                "numbers": reminder.line_ids.mapped("number"),
                "amount": reminder.amount_total,
                "currency": reminder.currency_id.name,
                "why": reminder.reason_text or "",
            }
            for reminder in reminders
        ]
