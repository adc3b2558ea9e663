from odoo import api, models
from odoo.tools import format_date


class ArEventPeople(models.Model):
    """Facts about who does the work."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "call": _("Phone call"),
            "absence_started": _("Substitute takes over"),
            "absence_ended": _("Collector is back"),
            "reassigned": _("Accounts passed on"),
        }

    # In the language of who reads; the sealed words are those of the moment.

    def _ar_say_call(self, payload):
        if not payload.get("recipient"):
            return False
        Outcome = self.env["ar.call.outcome"].sudo()
        outcome = Outcome.browse(payload.get("outcome_id") or []).exists()
        return self.env._(
            "Call to %(name)s: %(outcome)s",
            name=payload["recipient"],
            outcome=outcome.name or payload.get("outcome") or "",
        )

    def _ar_say_absence_started(self, payload):
        if not payload.get("until"):
            return False
        return self.env._(
            "%(substitute)s stands in for %(name)s until %(date)s",
            substitute=payload.get("substitute") or "",
            name=payload.get("name") or "",
            date=format_date(self.env, payload["until"]),
        )

    def _ar_say_absence_ended(self, payload):
        name = payload.get("name")
        return name and self.env._("%(name)s is back", name=name)

    def _ar_say_reassigned(self, payload):
        if not payload.get("name"):
            return False
        if payload.get("before"):
            words = self.env._(
                "Account passed from %(before)s to %(name)s",
                before=payload["before"],
                name=payload["name"],
            )
        else:
            words = self.env._("Account given to %(name)s", name=payload["name"])
        if payload.get("reason"):
            return self.env._(
                "%(summary)s: %(reason)s", summary=words, reason=payload["reason"]
            )
        return words

    @api.model
    def _ar_record_for(self, vals, debtors):
        """One fact that shows on the timeline of many accounts of one company.

        :param dict vals: as for :meth:`_ar_record`, without ``debtor_id``
        :param debtors: ``ar.debtor`` concerned
        :return: the event
        """
        event = self._ar_record([vals]).sudo()
        self.env["ar.event.link"].sudo().create(
            [
                {
                    "event_id": event.id,
                    "event_date": event.event_date,
                    "kind": event.kind,
                    "company_id": event.company_id.id,
                    "debtor_id": debtor.id,
                }
                for debtor in debtors
            ]
        )
        return event
