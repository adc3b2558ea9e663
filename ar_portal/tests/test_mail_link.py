import re

from odoo.tests import tagged

from odoo.addons.ar_collections.tests.common_sending import SendingCommon
from odoo.addons.ar_collections.tests.test_paying_centre import CentreCommon


@tagged("post_install", "-at_install")
class TestMailLink(SendingCommon):
    """A reminder carries the customer's link; nothing that is kept does."""

    def test_the_link_is_in_the_mail_alone(self):
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        debtor = reminder.debtor_id
        self.assertIn("hidden.invalid", reminder.preview_body)
        self.assertFalse(debtor.ar_portal_link_ids, "looking makes no link")

        self.send(reminder)

        [(_to, message)] = self.smtp.accepted
        sent = message.get_body(("html",)).get_content()
        self.assertIn("/ar/a/", sent)
        self.assertIn("/ar/a/", message.get_body(("plain",)).get_content())
        self.assertNotIn("hidden.invalid", sent)
        self.assertEqual(len(debtor.ar_portal_link_ids), 1)
        events = debtor.timeline_ids.filtered(lambda e: e.kind == "reminder_sent")
        kept = [
            reminder.body,
            str(reminder.content),
            str(reminder.mail_message_id.body),
            str(events.body),
            str(events.event_id.sudo().content_ids.payload),
        ]
        self.assertTrue(all("/ar/a/" not in text for text in kept))
        self.env["ar.reminder"]._ar_forget_links()
        self.assertNotIn("/ar/a/", str(reminder.mail_id.sudo().body_html))


@tagged("post_install", "-at_install")
class TestCentreLinks(CentreCommon):
    """One e-mail to a paying centre, and each of its customers his own page."""

    def test_each_customer_has_his_own_link(self):
        reminders = self.planned(12, 13)
        self.send(reminders)
        [(_to, message)] = self.smtp.accepted
        sent = message.get_body(("html",)).get_content()
        self.assertNotIn("hidden.invalid", sent)
        self.assertEqual(len(set(re.findall(r"/ar/a/[\w-]+", sent))), 2)
        for reminder in reminders:
            self.assertEqual(len(reminder.debtor_id.ar_portal_link_ids), 1)
            self.assertNotIn("/ar/a/", reminder.body)
