import smtplib
from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..engine.smtp_session import WatchedSession
from .common import ArCommon


class FakeSmtp:
    """Outgoing server without a network; keeps what it accepted.

    ``answers`` maps an address to the error it is met with: ``("rcpt", 550)``,
    ``("data", 451)``, ``"drop"`` (the text left, no answer came), ``"lost"`` (the
    connection broke before the text).
    """

    def __init__(self):
        self.answers = {}
        self.accepted = []
        self.from_filter = False
        self.smtp_from = False
        self.connections = 0

    def send_message(self, message, smtp_from, smtp_to):
        answer = self.answers.get(smtp_to[0])
        if answer == "lost":
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        if answer and answer[0] == "rcpt":
            refused = {smtp_to[0]: (answer[1], b"5.1.1 No such user")}
            raise smtplib.SMTPRecipientsRefused(refused)
        self.data(message)
        if answer == "drop":
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        if answer and answer[0] == "data":
            raise smtplib.SMTPDataError(answer[1], b"4.3.0 Try again later")
        self.accepted.append((smtp_to, message))
        return {}

    def data(self, message):
        return (250, b"OK")

    def quit(self):
        return


class SendingCommon(ArCommon):
    """A company that sends automatically, through a fake outgoing server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.customer.lang = "en_US"
        cls.company.ar_automation = True
        cls.company.email = "compta@works.example"
        cls.alias_domain = cls.env["mail.alias.domain"].create(
            {
                "name": "works.example",
                "bounce_alias": "bounce",
                "catchall_alias": "catchall",
            }
        )
        cls.company.alias_domain_id = cls.alias_domain
        cls.collector = cls.env["res.users"].create(
            {
                "name": "Claire Martin",
                "login": "claire.martin",
                "email": "claire@works.example",
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [
                    (4, cls.env.ref("base.group_user").id),
                    (4, cls.env.ref("ar_collections.group_user").id),
                ],
            }
        )
        cls.smtp = FakeSmtp()
        cls.Reminder = cls.env["ar.reminder"]

    def setUp(self):
        super().setUp()
        self.smtp.__init__()

    @classmethod
    def plan_for(cls, *partners):
        """Plan the accounts of these customers; the reminders under way."""
        debtors = cls.env["ar.debtor"]._ar_refresh([p.id for p in partners])
        debtors.collector_id = cls.collector
        debtors.plan()
        return debtors.reminder_ids.filtered(lambda r: r.state == "planned")

    @contextmanager
    def outgoing(self):
        """Let mails go to the fake server, which is what no test does otherwise."""

        def connect(server, *args, **kwargs):
            self.smtp.connections += 1
            return self.smtp

        with (
            patch.object(IrMail_Server, "_connect__", connect),
            patch.object(IrMail_Server, "_disable_send", lambda server: False),
        ):
            yield

    def send(self, reminders):
        """Both transactions of a batch, as a lane runs them, without commits.

        :return: ``{reminder id: outcome}``
        """
        due = reminders.sudo().search(
            [("id", "in", reminders.ids), *reminders.sudo()._ar_due_domain()]
        )
        tokens = due._ar_prepare()
        with self.outgoing():
            session = WatchedSession(self.smtp)
            return {
                reminder_id: due.browse(reminder_id)._process_one(session, token)
                for reminder_id, token in tokens.items()
            }
