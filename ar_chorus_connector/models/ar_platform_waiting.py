from odoo import api, fields, models
from odoo.tools import format_date

from ..engine.dates import naive
from ..engine.waiting import Waiting
from .ar_platform_retry import OPEN

#: Facts of the timeline that show that the customer opened our page.
OPENINGS = ("link_opened",)


class ArPlatformWaiting(models.Model):
    """Invoices that the buyer lets lie: a task for the collector, once."""

    _inherit = "ar.platform.invoice"

    waiting = fields.Selection(
        [
            (Waiting.UNTOUCHED.value, "Nothing since made available"),
            (Waiting.PENDING.value, "Waits for the approver"),
        ],
        "Lies with the buyer",
        readonly=True,
    )
    waiting_since = fields.Datetime("Lies since", readonly=True)
    waiting_day = fields.Date("To follow up from", readonly=True, index=True)
    waiting_author = fields.Char("Last hand at the buyer", readonly=True)
    waiting_told = fields.Boolean("Followed up", readonly=True)
    waiting_activity_id = fields.Many2one(
        "mail.activity", readonly=True, ondelete="set null"
    )

    def _waiting_values(self, signal):
        """What is kept of a wait; a new one is to be told again."""
        since = naive(signal.since) if signal else False
        kind = signal.kind.value if signal else False
        values = {
            "waiting": kind,
            "waiting_since": since,
            "waiting_day": signal.day if signal else False,
            "waiting_author": (signal.author if signal else "") or False,
        }
        if (kind, since) != (self[:1].waiting, self[:1].waiting_since):
            # The buyer moved: nobody has to wake him up any more.
            self.waiting_activity_id.sudo().unlink()
            values["waiting_told"] = False
        return values

    @api.model
    def _wake(self, platform):
        """Tasks for what lies too long, one per invoice and wait.

        An opening of the customer's page counts as a sign of life.

        :return: how many
        """
        today, count = platform.company_id._ar_today(), 0
        late = self.search(
            [
                ("platform_id", "=", platform.id),
                ("waiting_day", "<=", today),
                ("waiting_told", "=", False),
                ("move_id.payment_state", "in", OPEN),
            ]
        )
        for links in late.grouped("move_id").values():
            link = links[:1]
            if link.waiting == Waiting.UNTOUCHED.value and link._was_opened():
                links.waiting_told = True
            elif link._run_alone(lambda links=links: links._wake_one()):
                count += 1
        return count

    def _was_opened(self):
        """Whether the customer opened our page since the invoice lies there."""
        debtor = self.move_id._ar_debtor()
        return bool(
            self.env["ar.event.link"]
            .sudo()
            .search_count(
                [
                    ("debtor_id", "=", debtor.id),
                    ("kind", "in", OPENINGS),
                    ("event_date", ">=", self.waiting_since),
                ],
                limit=1,
            )
        )

    def _wake_one(self):
        """The task about one invoice, whatever its deposits."""
        debtor, link = self.move_id._ar_debtor(), self[:1]
        summary, note = link._wake_words()
        user = debtor.collector_id or link.platform_id.responsible_id or self.env.user
        activity = debtor.with_context(
            mail_activity_quick_update=True
        ).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=note,
            user_id=user.id,
        )
        self.write({"waiting_told": True, "waiting_activity_id": activity[:1].id})

    def _wake_words(self):
        """``(summary, note)`` of the task."""
        _, number = self.env._, self.move_id.name
        since = format_date(
            self.env, self.company_id._ar_day(self.waiting_since), date_format="d MMMM"
        )
        if self.waiting == Waiting.UNTOUCHED.value:
            return (
                _("%(number)s: the buyer has not looked at it", number=number),
                _(
                    "Made available on %(date)s; since then neither a status, nor a "
                    "comment, nor an opening of the customer's page.",
                    date=since,
                ),
            )
        who = self.waiting_author or self.service_code or self.buyer_name or ""
        return (
            _("%(number)s: remind the approver", number=number),
            _(
                "In validation since %(date)s, last hand: %(who)s.",
                date=since,
                who=who or _("not told"),
            ),
        )
