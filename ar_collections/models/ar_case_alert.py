from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..engine.case_clock import days_left
from ..engine.case_states import CaseState
from .ar_case import OPEN_STATES

ACTIVITY = "ar_collections.ar_activity_case"
#: Days after a missed deadline at which the collectors' manager is told too.
ESCALATE_DAYS = 7
BATCH = 50


class ArCaseAlert(models.Model):
    """Deadlines of cases, and who is told of what."""

    _inherit = "ar.case"

    days_left = fields.Integer(compute="_compute_days_left")
    days_late = fields.Integer(compute="_compute_days_left")
    is_late = fields.Boolean(
        "Deadline passed", compute="_compute_days_left", search="_search_is_late"
    )
    deadline_told = fields.Date(
        readonly=True, copy=False, help="Deadline of which the owner was told."
    )
    deadline_escalated = fields.Date(
        readonly=True, copy=False, help="Deadline of which the manager was told."
    )

    @api.depends("deadline", "state")
    def _compute_days_left(self):
        today = {c: c._ar_today() for c in self.company_id}
        for case in self:
            running = case.deadline and case.state in OPEN_STATES
            left = days_left(case.deadline, today[case.company_id]) if running else 0
            case.days_left, case.days_late = left, max(-left, 0)
            case.is_late = bool(running and left < 0)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [
            ("state", "in", OPEN_STATES),
            ("deadline", "<", fields.Date.context_today(self)),
        ]
        found = self.search(late).filtered("is_late")
        return [("id", "in" if True in value else "not in", found.ids)]

    def _ar_alert(self, key, summary, user=None):
        """Give the owner one activity of a kind; a newer one replaces it.

        :param str key: what it is about, kept with the activity
        :param str summary: one line
        :param user: ``res.users`` who is told instead of the owner
        """
        activity_type = self.env.ref(ACTIVITY, raise_if_not_found=False)
        for case in self.sudo() if activity_type else ():
            case._ar_alert_done(key)
            owner = case.user_id.active and case.user_id._ar_stand_in()
            who = user or owner or case._ar_manager()
            case.with_context(mail_activity_quick_update=True).activity_schedule(
                ACTIVITY,
                date_deadline=case.company_id._ar_today(),
                summary=summary,
                user_id=who.id,
                ar_case_key=key,
            )

    def _ar_alert_done(self, key=None):
        """What the activities of a kind, or all of them, asked for is settled."""
        activity_type = self.env.ref(ACTIVITY, raise_if_not_found=False)
        own = self.sudo().activity_ids.filtered(
            lambda a: (
                a.activity_type_id == activity_type and key in (None, a.ar_case_key)
            )
        )
        own.unlink()

    def _ar_manager(self):
        """Who decides above the owner: never nobody."""
        self.ensure_one()
        case = self.sudo()
        chief = case.company_id.ar_manager_id
        if chief.active:
            return chief
        if case.debtor_id:
            return case.debtor_id._ar_responsible()
        managers = self.env.ref("ar_collections.group_manager").sudo().all_user_ids
        fit = managers.filtered(
            lambda u: u.active and u.id != 1 and case.company_id in u.company_ids
        )
        return fit[:1] or self.env.ref("base.user_admin")

    def _ar_close(self, outcome, why=None, actor=None, values=None):
        closed = super()._ar_close(outcome, why, actor, values)
        closed._ar_alert_done()
        return closed

    def _ar_enter(self, stage, values=None):
        result = super()._ar_enter(stage, values)
        self._ar_alert_done("deadline")
        return result

    # The night.

    @api.model
    def _cron_ar_cases(self):
        """Plan what waits, tell of deadlines, go on where that is automatic.

        Each batch is committed; a case that fails does not stop the others.

        :return: how many cases were looked at
        """
        cases = self.sudo().search([("state", "in", OPEN_STATES)], order="id")
        progress, bulk = self.env["ir.cron"]._commit_progress, self.env["ar.bulk"]
        progress(remaining=len(cases))
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            bulk._ar_patiently(batch._ar_night_safely)
            if not progress(len(batch)):
                break
        return len(cases)

    def _ar_night_safely(self):
        """One night of these cases; what goes wrong is told on the case at fault."""
        self.invalidate_recordset()
        self.env["ar.bulk"]._ar_safely(
            self.exists(), type(self)._ar_night, type(self)._ar_night_failed
        )

    def _ar_night_failed(self, error):
        say = self._ar_told()
        text = f"{error}" or type(error).__name__
        self._ar_alert(
            "failed",
            say.env._("%(case)s cannot go on: %(error)s", case=self.name, error=text),
        )

    def _ar_night(self):
        for case in self:
            if not case._ar_is_open():
                continue
            if case.is_late and case._ar_goes_on():
                continue
            case._ar_plan_contact()
            case._ar_tell_deadline()

    def _ar_goes_on(self):
        """Go to the next stage where the company lets that happen by itself.

        :return: whether it went
        """
        company = self.company_id
        if not (self.stage_id.goes_on and company._ar_automation_on()):
            return False
        if self.stage_id.template != "none" and not self._ar_letter_sent():
            return False
        following = self._ar_later_stages()[:1]
        if not following or following.state == CaseState.CLOSED.value:
            return False
        say = self._ar_told()
        self._ar_go(following, say.env._("The deadline has passed."))
        return True

    def _ar_later_stages(self):
        """Stages of the company that come after that of this case, in their order."""
        place = self.stage_id._ar_place()
        stages = self.env["ar.case.stage"]._ar_of(self.company_id)
        return stages.filtered(lambda stage: stage._ar_place() > place)

    def _ar_letter_sent(self):
        """Whether the letter of this stage has left in this stay."""
        return any(r.state == "done" for r in self._ar_contacts_made())

    def _ar_tell_deadline(self):
        """The owner hears of a missed deadline once, his manager a week later."""
        if not self.is_late:
            return
        say = self._ar_told()
        words = say.env._(
            "%(case)s: the deadline of “%(stage)s” passed on %(date)s",
            case=self.name,
            stage=say.stage_id.name,
            date=format_date(say.env, self.deadline),
        )
        if self.deadline_told != self.deadline:
            self.deadline_told = self.deadline
            self._ar_record("case_deadline", actor="ar")
            self._ar_alert("deadline", words)
        last = self.deadline + timedelta(days=ESCALATE_DAYS)
        late = self.company_id._ar_today() >= last
        if late and self.deadline_escalated != self.deadline:
            self.deadline_escalated = self.deadline
            self._ar_alert("escalated", words, self._ar_manager())
