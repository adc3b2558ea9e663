from odoo import api, fields, models

from .ar_debtor_mail import ALERTS


class ArDebtorPeople(models.Model):
    """Who does the work on an account today."""

    _inherit = "ar.debtor"

    substitute_id = fields.Many2one(
        "res.users",
        "Replaced today by",
        related="collector_id.ar_substitute_id",
        help="Who stands in while the collector is away.",
    )

    def _ar_responsible(self, user=None):
        """A collector who is away is told nothing: his substitute is."""
        return super()._ar_responsible(user)._ar_stand_in()

    @api.model
    def _ar_alert_types(self):
        """Kinds of activity that the product itself gives to collectors."""
        types = self.env["mail.activity.type"].sudo()
        for xml_id in ALERTS.values():
            types |= self.env.ref(xml_id, raise_if_not_found=False) or types
        return types

    def _ar_reassign(self, user, reason=""):
        """Give these accounts to another collector, for good.

        Open activities, planned reminders and open disputes of the previous
        collector on these accounts follow; who stood in for him hands over too.

        :param user: ``res.users``
        :param str reason: why, for the timeline
        :return: the accounts that changed hands
        """
        moved = self.filtered(lambda d: d.collector_id != user)
        for (company, before), debtors in moved.grouped(
            lambda d: (d.company_id, d.collector_id)
        ).items():
            debtors.write({"collector_id": user.id})
            debtors.sudo()._ar_hand_over(before | before.ar_substitute_id, user)
            debtors._ar_event_reassigned(company, before, user, reason)
        return moved

    def _ar_hand_over(self, before, user):
        """What these people had to do on the accounts is the new one's."""
        if not before:
            return
        mine = [("user_id", "in", before.ids)]
        activities = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), *mine]
        )
        activities._ar_pass_on(user._ar_stand_in())
        waiting = [("state", "in", ("planned", "approved", "failed", "in_doubt"))]
        here = [("debtor_id", "in", self.ids)]
        reminders = self.env["ar.reminder"].search([*here, *waiting, *mine])
        reminders.write({"user_id": user.id})
        disputes = self.env["ar.dispute"].search(
            [*here, ("state", "=", "open"), ("owner_id", "in", before.ids)]
        )
        disputes.write({"owner_id": user.id})

    def _ar_event_reassigned(self, company, before, user, reason):
        Event = self.env["ar.event"].with_context(lang=company._ar_lang())
        payload = {
            "before": before.name or "",
            "name": user.name,
            "reason": reason or "",
            "accounts": self.ids,
        }
        Event._ar_record_for(
            {
                "kind": "reassigned",
                "company_id": company.id,
                "summary": Event._ar_words_of("reassigned", payload),
                "payload": payload,
            },
            self,
        )
