from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STATES = [
    ("planned", "To come"),
    ("running", "Under way"),
    ("ended", "Over"),
    ("cancelled", "Cancelled"),
]


class ArAbsence(models.Model):
    """A collector is away: a colleague sees and works his accounts meanwhile.

    The accounts keep their collector. Only who stands in for him changes, on the
    user (``res.users.ar_substitute_id``), so that record rules, alerts and
    signatures follow at once, also for accounts that open meanwhile, and everything
    returns by itself on the day after the last one.
    """

    _name = "ar.absence"
    _description = "Absence of a collector"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Collector",
        required=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False)]",
    )
    substitute_id = fields.Many2one(
        "res.users",
        "Replaced by",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False), ('id', '!=', user_id)]",
    )
    date_from = fields.Date("First day", required=True)
    date_to = fields.Date("Last day", required=True)
    state = fields.Selection(
        STATES, "Status", default="planned", readonly=True, copy=False, index=True
    )
    account_count = fields.Integer("Accounts", compute="_compute_account_count")
    # Activities that were handed over when it began: what is left goes back.
    activity_refs = fields.Json(readonly=True, copy=False)

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The last day comes after the first."
    )

    @api.depends("user_id")
    def _compute_account_count(self):
        groups = self.env["ar.debtor"]._read_group(
            [("collector_id", "in", self.user_id.ids)], ["collector_id"], ["__count"]
        )
        counts = dict(groups)
        for absence in self:
            absence.account_count = counts.get(absence.user_id, 0)

    @api.depends("user_id", "substitute_id", "date_from", "date_to")
    def _compute_display_name(self):
        for absence in self:
            absence.display_name = self.env._(
                "%(name)s, replaced by %(substitute)s",
                name=absence.user_id.name or "",
                substitute=absence.substitute_id.name or "",
            )

    @api.constrains("user_id", "substitute_id", "date_from", "date_to", "state")
    def _check_substitute(self):
        """Somebody who is there, and who may work in the same companies."""
        live = ("planned", "running")
        for absence in self.filtered(lambda a: a.state in live).sudo():
            user, other = absence.user_id, absence.substitute_id
            if user == other:
                raise ValidationError(self.env._("Choose somebody else to stand in."))
            if absence._ar_meets(user):
                raise ValidationError(
                    self.env._("%(name)s is away already then.", name=user.name)
                )
            if absence._ar_meets(other):
                raise ValidationError(
                    self.env._("%(name)s is away then too.", name=other.name)
                )
            absence._ar_check_rights(user, other)

    def _ar_meets(self, user):
        """Whether another absence of this person meets this one."""
        return self.search_count(
            [
                ("id", "!=", self.id),
                ("state", "in", ("planned", "running")),
                ("user_id", "=", user.id),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
            ],
            limit=1,
        )

    def _ar_check_rights(self, user, other):
        debtors = self.env["ar.debtor"].search([("collector_id", "=", user.id)])
        other._ar_check_may_collect(debtors)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "state": "planned"} for vals in vals_list]
        absences = super().create(vals_list)
        absences.sudo()._ar_apply()
        return absences

    def write(self, vals):
        if not self.env.su:
            self._ar_check_change(vals)
        result = super().write(vals)
        if {"date_from", "date_to"} & vals.keys():
            self.sudo()._ar_apply()
        return result

    def _ar_check_change(self, vals):
        """Refuse what would leave accounts with the wrong person."""
        if vals.keys() & {"state", "activity_refs"}:
            raise UserError(self.env._("The status changes through its buttons only."))
        begun = any(absence.state == "running" for absence in self)
        if begun and vals.keys() & {"user_id", "substitute_id"}:
            raise UserError(
                self.env._("This absence is under way: end it, then arrange another.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(absence.state == "running" for absence in self):
            raise UserError(self.env._("This absence is under way: end it first."))

    @api.model
    def _cron_absence(self):
        """Absences begin on their first day and end after their last.

        :return: number of absences that began or ended
        """
        live = self.sudo().search([("state", "in", ("planned", "running"))])
        moved = 0
        for absence in live:
            moved += absence._ar_apply()
            self.env["ir.cron"]._commit_progress(1)
        return moved

    def action_end(self):
        """Back earlier: the accounts return now, or the absence is called off."""
        self.check_access("write")
        for absence in self.sudo():
            if absence.state == "running":
                absence._ar_finish()
            elif absence.state == "planned":
                absence.state = "cancelled"
        return True

    def _ar_apply(self):
        """Begin or end what is to begin or end today.

        :return: number of absences that began or ended
        """
        moved = 0
        for absence in self.sudo():
            today = absence.user_id.company_id._ar_today()
            if absence.state == "running" and absence.date_to < today:
                absence._ar_finish()
            elif absence.state == "planned" and absence.date_to < today:
                absence.state = "ended"
            elif absence.state == "planned" and absence.date_from <= today:
                absence._ar_begin()
            else:
                continue
            moved += 1
        return moved

    def _ar_begin(self):
        self.ensure_one()
        self.state = "running"
        self.user_id.ar_substitute_id = self.substitute_id
        handed = self._ar_activities(self.user_id)
        self.activity_refs = handed.ids
        handed._ar_pass_on(self.substitute_id)
        self._ar_event("absence_started")

    def _ar_finish(self):
        self.ensure_one()
        self.state = "ended"
        if self.user_id.ar_substitute_id == self.substitute_id:
            self.user_id.ar_substitute_id = False
        refs, company = set(self.activity_refs or ()), self.user_id.company_id
        alerts = self.env["ar.debtor"]._ar_alert_types()
        left = self._ar_activities(self.substitute_id).filtered(
            lambda a: (
                a.id in refs
                or (
                    a.activity_type_id in alerts
                    and company._ar_day(a.create_date) >= self.date_from
                )
            )
        )
        left._ar_pass_on(self.user_id)
        self._ar_event("absence_ended")

    def _ar_accounts(self):
        debtors = self.env["ar.debtor"].with_context(active_test=False)
        return debtors.search([("collector_id", "=", self.user_id.id)])

    def _ar_activities(self, user):
        """What this person has to do on the accounts of who is away."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "ar.debtor"),
                ("res_id", "in", self._ar_accounts().ids),
                ("user_id", "=", user.id),
            ]
        )

    def _ar_event(self, kind):
        """One fact per company, on the timeline of each of the accounts."""
        for company, debtors in self._ar_accounts().grouped("company_id").items():
            Event = self.env["ar.event"].with_context(lang=company._ar_lang())
            payload = {
                "name": self.user_id.name,
                "substitute": self.substitute_id.name,
                "until": self.date_to.isoformat(),
                "accounts": debtors.ids,
            }
            Event._ar_record_for(
                {
                    "kind": kind,
                    "company_id": company.id,
                    "summary": Event._ar_words_of(kind, payload),
                    "res_model": self._name,
                    "res_id": self.id,
                    "payload": payload,
                },
                debtors,
            )
