from datetime import timedelta

from odoo import api, models

#: Activities of the collector, by what they ask for.
ALERTS = {
    "failed": "ar_collections.ar_activity_failed",
    "doubt": "ar_collections.ar_activity_doubt",
    "reply": "ar_collections.ar_activity_reply",
    "bounce": "ar_collections.ar_activity_bounce",
    "post": "ar_collections.ar_activity_post",
    "contact": "ar_collections.ar_activity_contact",
    "refusal": "ar_collections.ar_activity_refusal",
    "plan": "ar_collections.ar_activity_plan",
    "insolvency": "ar_collections.ar_activity_insolvency",
    "prescription": "ar_collections.ar_activity_prescription",
}


class ArDebtorMail(models.Model):
    """Mail that comes back to the account, and who is told of it."""

    _inherit = "ar.debtor"

    def action_remind(self):
        """Prepare a reminder by hand, outside the ladder; it counts in the cap.

        An account whose reminder is under way already keeps that one.

        :return: action that opens the reminders of these accounts
        """
        self.check_access("write")
        Reminder = self.env["ar.reminder"].sudo()
        open_ones = Reminder.search(
            [
                ("debtor_id", "in", self.ids),
                ("state", "in", ("planned", "approved", "sending", "in_doubt")),
            ]
        )
        fresh = Reminder.create(
            [
                {
                    "debtor_id": debtor.id,
                    "company_id": debtor.company_id.id,
                    "strategy_id": debtor.strategy_id.id,
                    "cycle": debtor.cycle or 1,
                    "channel": "email",
                    "mode": "manual",
                    "is_manual": True,
                    "planned_date": debtor.company_id._ar_today(),
                    "user_id": self.env.uid,
                }
                for debtor in self - open_ones.debtor_id
            ]
        )
        return self._ar_open_reminders(open_ones + fresh)

    def _ar_open_reminders(self, reminders):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Reminders"),
            "res_model": "ar.reminder",
            "domain": [("id", "in", reminders.ids)],
            "view_mode": "list,form",
        }
        if len(reminders) == 1:
            action.update(res_id=reminders.id, view_mode="form")
        return action

    # What comes back.

    @api.private  # the mail gateway alone: what it records pauses the reminders
    def message_update(self, msg_dict, update_vals=None):
        """A mail arrived on the account: a customer who answers is left alone.

        The fact on the timeline is what pauses the automatic reminders
        (``ar_reply_pause_days`` of the company). Machines and colleagues do not.
        """
        result = super().message_update(msg_dict, update_vals=update_vals)
        if not self.env.context.get("ar_auto_reply") and not self._ar_is_colleague(
            msg_dict
        ):
            for debtor in self.sudo():
                debtor._ar_receive_reply(msg_dict)
        return result

    def _ar_is_colleague(self, msg_dict):
        author = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or [])
        return bool(author.user_ids.filtered(lambda user: not user.share))

    def _ar_receive_reply(self, msg_dict):
        company = self.company_id
        say = self.with_context(lang=company._ar_lang())
        sender = msg_dict.get("email_from") or ""
        subject = msg_dict.get("subject") or ""
        summary = say.env._(
            "Reply of %(sender)s: %(subject)s", sender=sender, subject=subject
        )
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "reply",
                    "summary": summary,
                    "body": msg_dict.get("body") or "",
                    "company_id": company.id,
                    "debtor_id": self.id,
                    "partner_id": self.partner_id.id,
                    "actor": sender,
                    "source": "mail",
                    "source_key": msg_dict.get("message_id") or False,
                    "res_model": self._name,
                    "res_id": self.id,
                    "payload": {"from": sender, "subject": subject},
                }
            ]
        )
        self._ar_alert("reply", summary)
        self.env["ar.dirty"]._ar_mark(self.partner_id.ids, "reply")

    def _message_receive_bounce(self, email, partner):
        """A reminder came back: tell the timeline and the collector."""
        result = super()._message_receive_bounce(email, partner)
        if self.env.context.get("ar_auto_reply"):
            return result
        message_id = self.env.context.get("ar_bounced_message_id")
        Reminder = self.env["ar.reminder"].sudo()
        for debtor in self.sudo():
            domain = [
                ("debtor_id", "=", debtor.id),
                ("mail_message_id", "=", message_id),
            ]
            reminder = Reminder.search(domain, limit=1) if message_id else Reminder
            debtor._ar_receive_bounce(email, reminder)
        return result

    def _ar_receive_bounce(self, email, reminder):
        company = self.company_id
        say = self.with_context(lang=company._ar_lang())
        summary = say.env._("The e-mail to %(email)s came back", email=email)
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "bounce",
                    "summary": summary,
                    "body": self.env.context.get("ar_bounced_text") or "",
                    "company_id": company.id,
                    "debtor_id": self.id,
                    "partner_id": self.partner_id.id,
                    "res_model": reminder._name if reminder else self._name,
                    "res_id": reminder.id if reminder else self.id,
                    "source": "mail",
                    "payload": {
                        "email": email,
                        "reminder": reminder.name or "",
                        "message_id": reminder.message_id or "",
                    },
                }
            ]
        )
        if reminder:
            reminder.error = summary
        self._ar_alert("bounce", summary, reminder.user_id)

    # Who is told.

    def _ar_alert(self, kind, summary, user=None, key=None):
        """Give the collector an activity on the account, once.

        :param str kind: one of ``ALERTS``
        :param str summary: one line
        :param user: ``res.users`` who is told when the account has no collector
        :param str key: what makes two alerts of a kind the same; ``summary`` if not
            given
        """
        activity_type = self.env.ref(ALERTS[kind], raise_if_not_found=False)
        if not activity_type:
            return
        for debtor in self.sudo():
            same = debtor.activity_ids.filtered(
                lambda a: (
                    a.activity_type_id == activity_type
                    and (key or summary) in (a.summary or "")
                )
            )
            if same:
                continue
            # No e-mail to the colleague for each: the list of activities tells.
            debtor.with_context(mail_activity_quick_update=True).activity_schedule(
                ALERTS[kind],
                date_deadline=debtor.company_id._ar_today()
                + timedelta(days=activity_type.delay_count),
                summary=summary,
                user_id=debtor._ar_responsible(user).id,
            )

    def _ar_alert_done(self, kind):
        """What the activities of this kind asked for is settled."""
        self.sudo().activity_unlink([ALERTS[kind]])

    def _ar_responsible(self, user=None):
        """Who looks after this account: never nobody."""
        self.ensure_one()
        managers = self.env.ref("ar_collections.group_manager").all_user_ids
        candidates = [
            self.collector_id,
            user,
            self.company_id.ar_collector_id,
            *managers.filtered(lambda u: self.company_id in u.company_ids),
        ]
        for candidate in candidates:
            if candidate and candidate.active and candidate.id != 1:
                return candidate
        return (
            self.env.ref("base.user_admin", raise_if_not_found=False) or self.env.user
        )
