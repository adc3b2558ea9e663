import logging
from datetime import timedelta

from odoo import api, fields, models

from ..engine.states import DisputeState

_logger = logging.getLogger(__name__)

OPEN = DisputeState.OPEN.value
LATE = "ar_collections.ar_activity_dispute_late"
#: Days before the date from which a dispute is shown as urgent.
SOON = 2
BATCH = 100


class ArDisputeEscalate(models.Model):
    """A dispute that nobody answers in time goes one step up, once per date."""

    _inherit = "ar.dispute"

    alert = fields.Selection(
        [("late", "Overdue"), ("soon", "Due soon"), ("waiting", "Credit note awaited")],
        compute="_compute_alert",
        search="_search_alert",
        help="Where an open dispute stands with its date.",
    )
    escalated_for = fields.Date(
        "Told late for",
        readonly=True,
        copy=False,
        help="The date that was missed when the lead or the manager was told: the "
        "same date is told once.",
    )
    escalated_to_id = fields.Many2one(
        "res.users", "Told to", readonly=True, copy=False, ondelete="set null"
    )

    @api.depends("state", "target_date", "decided_at")
    def _compute_alert(self):
        for dispute in self:
            today = dispute.company_id._ar_today() if dispute.company_id else None
            dispute.alert = dispute._ar_alert_of(today)

    def _ar_alert_of(self, today):
        if self.state != OPEN or not today:
            return False
        if self.target_date and self.target_date < today:
            return "late"
        if self.decided_at:
            return "waiting"
        if not self.target_date:
            return False
        return "soon" if self.target_date <= today + timedelta(days=SOON) else False

    def _search_alert(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.search([("state", "=", OPEN)])
        wanted = set(value)
        return [("id", "in", [d.id for d in found if d.alert in wanted])]

    @api.model
    def _ar_untold(self):
        """Open disputes, of all companies, whose missed date was not told yet."""
        waiting, late = [("state", "=", OPEN)], self.browse()
        for (company,) in self.sudo()._read_group(waiting, ["company_id"]):
            past = [
                ("company_id", "=", company.id),
                ("target_date", "<", company._ar_today()),
            ]
            late |= self.sudo().search([*waiting, *past])
        return late.filtered(lambda d: d._ar_is_untold())

    def _ar_is_untold(self):
        """Whether this one is open, past its date, and nobody told.

        A granted one is late when its credit note is: it holds the amount back.
        """
        self.ensure_one()
        return (
            self.state == OPEN
            and self.target_date < self.company_id._ar_today()
            and self.escalated_for != self.target_date
        )

    @api.model
    def _cron_ar_escalate(self):
        """Tell of every dispute that is past its date; each batch is committed.

        :return: how many were told
        """
        progress = self.env["ir.cron"]._commit_progress
        bulk, late, told = self.env["ar.bulk"], self._ar_untold(), 0
        for start in range(0, len(late), BATCH):
            batch = late[start : start + BATCH]
            told += bulk._ar_patiently(batch._ar_escalate_safely)
            if not progress(len(batch)):
                break
        return told

    def _ar_escalate_safely(self):
        """Tell of these; one that fails is left for the next night.

        :return: how many were told
        """
        bulk = self.env["ar.bulk"]
        # Earlier batches were committed: somebody may have answered meanwhile.
        self.invalidate_recordset()
        late = self.exists().filtered(lambda d: d._ar_is_untold())
        return sum(bulk._ar_safely(late, type(self)._ar_escalate, _failed))

    def _ar_escalate(self):
        """Give the lead or the manager an activity on each of these, and say so."""
        for dispute in self.sudo():
            person = dispute._ar_superior()
            dispute.write(
                {
                    "escalated_for": dispute.target_date,
                    "escalated_to_id": person.id,
                }
            )
            say = dispute.with_context(lang=person.lang or self.env.lang)
            dispute.with_context(mail_activity_quick_update=True).activity_schedule(
                LATE,
                dispute.company_id._ar_today(),
                summary=say._ar_late_words(),
                user_id=person.id,
            )
            dispute._ar_event(
                "dispute_escalated",
                to=person.name,
                target=dispute.target_date.isoformat(),
            )
        return len(self)

    def _ar_late_words(self):
        if self.decided_at:
            return self.env._("The credit note that was granted is not booked")
        return self.env._(
            "%(owner)s has not answered in time",
            owner=self.owner_id.name or self.env._("Nobody"),
        )

    def _ar_superior(self):
        """Who is told: the lead of the team, the owner's manager, the company's.

        Never the owner himself, unless nobody else looks after the account.
        """
        self.ensure_one()
        owner, company = self.owner_id, self.company_id
        teams = self.team_id or self.env["ar.dispute.team"].search(
            [
                ("member_ids", "in", owner.ids),
                ("company_id", "in", (False, company.id)),
            ]
        )
        candidates = [
            *teams.lead_id,
            company._ar_manager_of(owner),
            company.ar_manager_id,
            self.debtor_id.collector_id,
            *self._ar_managers(),
        ]
        for user in candidates:
            if user and user != owner and user._ar_may_answer(company):
                return user
        return self.debtor_id._ar_responsible()

    def _ar_managers(self):
        managers = self.env.ref("ar_collections.group_manager").all_user_ids
        return managers.filtered(lambda user: user.id != 1).sorted("id")

    def _ar_no_longer_late(self):
        """What was asked of the lead is settled: closed, answered, or a later date."""
        done = self.filtered(
            lambda d: d.state != OPEN or d.escalated_for != d.target_date
        )
        done.sudo().activity_unlink([LATE])

    def write(self, vals):
        result = super().write(vals)
        if {"state", "target_date", "decided_at"} & vals.keys():
            self._ar_no_longer_late()
        return result


def _failed(dispute, error):
    """Say why on the dispute; it stays untold, so that the next run tries again."""
    _logger.warning("Dispute %s cannot be told late: %s", dispute.id, error)
    dispute._ar_event_failed(error)
    return 0
