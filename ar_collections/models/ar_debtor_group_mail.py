from odoo import models


class ArDebtorGroupMail(models.Model):
    """What comes back to a shared e-mail concerns all the accounts that it named."""

    _inherit = "ar.debtor"

    def _ar_receive_reply(self, msg_dict):
        result = super()._ar_receive_reply(msg_dict)
        parent_id, key = msg_dict.get("parent_id"), msg_dict.get("message_id")
        if not parent_id or not key:
            return result
        reminders = self.env["ar.reminder"].search(
            [("mail_message_id", "=", parent_id)], order="id"
        )
        events = self.env["ar.event"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("source", "=", "mail"),
                ("source_key", "=", key),
            ]
        )
        self._ar_tell_the_others(reminders, events, "reply")
        return result

    def _ar_receive_bounce(self, email, reminder):
        result = super()._ar_receive_bounce(email, reminder)
        others = reminder._ar_whole_mails() - reminder
        if others:
            others.error = reminder.error
            events = self.env["ar.event"].search(
                [
                    ("kind", "=", "bounce"),
                    ("res_model", "=", reminder._name),
                    ("res_id", "=", reminder.id),
                ],
                order="id desc",
                limit=1,
            )
            self._ar_tell_the_others(others, events, "bounce")
        return result

    def _ar_tell_the_others(self, reminders, event, kind):
        """Show an event of this account on those that shared the e-mail too.

        Each collector among them is told once.
        """
        others = (reminders.debtor_id - self) if event else self.browse()
        if not others:
            return
        self.env["ar.event.link"]._ar_link(
            [(event, {"debtor_id": debtor.id}) for debtor in others]
        )
        told = {self._ar_responsible()}
        for debtor in others:
            if debtor._ar_responsible() not in told:
                told.add(debtor._ar_responsible())
                debtor._ar_alert(kind, event.summary)
        self.env["ar.dirty"]._ar_mark(others.partner_id.ids, kind)
