from odoo import api, models


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
