from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

KINDS = [("chorus_pro", "Chorus Pro")]
ENVIRONMENTS = [
    ("production", "Production"),
    ("qualification", "Qualification"),
    ("demo", "Demonstration"),
]
#: Hosts proposed for Chorus Pro; they have moved before, so they are settings.
HOSTS = {
    "production": (
        "https://oauth.piste.gouv.fr/api/oauth/token",
        "https://api.piste.gouv.fr",
    ),
    "qualification": (
        "https://sandbox-oauth.piste.gouv.fr/api/oauth/token",
        "https://sandbox-api.piste.gouv.fr",
    ),
    "demo": ("http://127.0.0.1:8101/api/oauth/token", "http://127.0.0.1:8101"),
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Where secrets go, and whose they are: changed by administrators only.
DESTINATION = ("company_id", "kind", "environment", "token_url", "api_url")
#: Life of the password of a technical account, set by Chorus Pro.
PASSWORD_DAYS = 424


class ArPlatform(models.Model):
    """A connection to the platform where buyers say what they do with invoices."""

    _name = "ar.platform"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Buyer's platform"
    _order = "company_id, name"

    name = fields.Char(required=True, default="Chorus Pro")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(KINDS, "Platform", required=True, default="chorus_pro")
    environment = fields.Selection(
        ENVIRONMENTS, required=True, default="production", tracking=True
    )
    state = fields.Selection(
        [("draft", "Being set up"), ("active", "Active"), ("off", "Off")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    responsible_id = fields.Many2one(
        "res.users",
        "Alerted person",
        default=lambda self: self.env.user,
        help="Receives the activities about this connection.",
    )
    token_url = fields.Char(
        "Token address",
        compute="_compute_hosts",
        store=True,
        readonly=False,
        groups="base.group_system",
    )
    api_url = fields.Char(
        "Service address",
        compute="_compute_hosts",
        store=True,
        readonly=False,
        groups="base.group_system",
    )

    # Never shown to anyone but administrators, never copied, never tracked.
    client_id = fields.Char("Application id", groups="base.group_system", copy=False)
    client_secret = fields.Char(
        "Application secret", groups="base.group_system", copy=False
    )
    tech_login = fields.Char(
        "Technical account", groups="base.group_system", copy=False
    )
    tech_password = fields.Char(
        "Technical password", groups="base.group_system", copy=False
    )
    tech_password_date = fields.Date("Password changed on", copy=False)
    tech_password_end = fields.Date(
        "Password ends on", compute="_compute_tech_password_end"
    )

    structure_siret = fields.Char(
        "SIRET of the structure", help="Whose invoices are followed; empty: all."
    )
    structure_ref = fields.Char("Structure id", readonly=True, copy=False)

    mark = fields.Datetime(
        "Read up to",
        copy=False,
        help="Everything that moved before was read; moves on when all pages were.",
    )
    overlap_minutes = fields.Integer(
        "Overlap (minutes)",
        default=120,
        help="Read again before the mark: clocks differ, statuses arrive late.",
    )
    first_days = fields.Integer("First reading (days back)", default=120)
    legal_delay_days = fields.Integer(
        "Legal payment delay (days)",
        default=30,
        help="30 for the State and local bodies, 50 for public hospitals.",
    )
    accelerate_days = fields.Integer("Chase after approved due date (days)", default=2)
    notice_days = fields.Integer(
        "Payment sent: expected after (working days)", default=3
    )
    silence_days = fields.Integer("Silence alarm (days)", default=7)

    activation_uuid = fields.Char(
        groups="base.group_system",
        copy=False,
        help="Database in which the connection was switched on: a copy stays silent.",
    )
    held = fields.Boolean(
        "Held: copied database", compute="_compute_held", compute_sudo=True
    )
    last_attempt = fields.Datetime("Last attempt", readonly=True, copy=False)
    last_success = fields.Datetime("Last success", readonly=True, copy=False)
    last_event_date = fields.Datetime("Last status told", readonly=True, copy=False)
    last_error = fields.Char("Last problem", readonly=True, copy=False)
    last_error_kind = fields.Char(readonly=True, copy=False)
    last_summary = fields.Json(readonly=True, copy=False)
    cut_short = fields.Json(
        readonly=True, copy=False, help="Where the reading of the list goes on."
    )
    call_count = fields.Integer("Calls in all", readonly=True, copy=False)
    invoice_ids = fields.One2many("ar.platform.invoice", "platform_id")
    invoice_count = fields.Integer("Invoices", compute="_compute_counts")
    unmatched_count = fields.Integer("Not found", compute="_compute_counts")
    problem_count = fields.Integer("With a problem", compute="_compute_counts")
    waiting_count = fields.Integer("To read", compute="_compute_counts")
    silent = fields.Boolean(compute="_compute_silent")

    _overlap_positive = models.Constraint(
        "CHECK (overlap_minutes >= 0 AND first_days > 0 AND legal_delay_days > 0)",
        "Durations cannot be negative.",
    )

    @api.depends("kind", "environment")
    def _compute_hosts(self):
        for platform in self:
            hosts = getattr(platform, f"_hosts_{platform.kind or 'chorus_pro'}")()
            found = hosts.get(platform.environment or "production", (False, False))
            platform.token_url, platform.api_url = found

    @api.depends("tech_password_date")
    def _compute_tech_password_end(self):
        for platform in self:
            start = platform.tech_password_date
            end = start and start + timedelta(days=PASSWORD_DAYS)
            platform.tech_password_end = end

    @api.depends("state", "activation_uuid")
    def _compute_held(self):
        uuid = self._database_uuid()
        for platform in self:
            active = platform.state == "active"
            platform.held = active and platform.activation_uuid != uuid

    def _compute_counts(self):
        def count(*domain):
            rows = self.env["ar.platform.invoice"]._read_group(
                [("platform_id", "in", self.ids), *domain], ["platform_id"], ["__count"]
            )
            return {platform.id: number for platform, number in rows}

        whole = count()
        unmatched = count(("move_id", "=", False))
        problems = count(("error", "!=", False))
        waiting = count(("pending", "=", True))
        for platform in self:
            platform.invoice_count = whole.get(platform.id, 0)
            platform.unmatched_count = unmatched.get(platform.id, 0)
            platform.problem_count = problems.get(platform.id, 0)
            platform.waiting_count = waiting.get(platform.id, 0)

    @api.depends("state", "last_event_date", "last_success", "silence_days")
    def _compute_silent(self):
        now = fields.Datetime.now()
        for platform in self:
            limit = now - timedelta(days=platform.silence_days or 0)
            known = platform.last_event_date or platform.create_date
            watched = platform.state == "active" and platform.silence_days
            platform.silent = bool(watched and known and known < limit)

    @api.constrains("token_url", "api_url", "environment")
    def _check_hosts(self):
        for platform in self.sudo():
            for url in (platform.token_url, platform.api_url):
                parts = urlsplit(url or "")
                local = parts.hostname in LOOPBACK and platform.environment == "demo"
                if parts.hostname and (parts.scheme == "https" or local):
                    continue
                raise ValidationError(
                    self.env._(
                        "“%(url)s” is not usable: secrets only travel over https. "
                        "A demonstration may use this very machine without it.",
                        url=url or "",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        today = fields.Date.context_today(self)
        for vals in vals_list:
            if vals.get("tech_password"):
                vals.setdefault("tech_password_date", today)
        return super().create(vals_list)

    def write(self, vals):
        self._check_destination(vals)
        if vals.get("tech_password") and "tech_password_date" not in vals:
            vals = {**vals, "tech_password_date": fields.Date.context_today(self)}
        if {"structure_siret", "environment", "api_url", "mark"} & set(vals):
            vals = {"cut_short": False, **vals}
        if {"structure_siret", "environment", "api_url"} & set(vals):
            vals = {**vals, "structure_ref": False}
        return super().write(vals)

    def _check_destination(self, vals):
        """Keep the secrets where an administrator sent them.

        :raise AccessError: when somebody else would send them elsewhere
        """
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        for name in DESTINATION:
            if name in vals:
                label = self._fields[name]._description_string(self.env)
                raise AccessError(
                    self.env._(
                        "Only an administrator changes “%(field)s” of a connection: "
                        "it decides where its secrets are sent.",
                        field=label,
                    )
                )

    @api.model
    def _database_uuid(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def action_activate(self):
        """Start syncing, in this database only."""
        self.check_access("write")
        for platform in self.sudo():
            platform._check_credentials()
            platform.write(
                {"state": "active", "activation_uuid": self._database_uuid()}
            )

    def action_deactivate(self):
        """Stop syncing; what is known stays."""
        self.check_access("write")
        self.write({"state": "off"})

    def _check_credentials(self):
        self.ensure_one()
        needed = getattr(self, f"_credentials_{self.kind}")()
        missing = [self._fields[name] for name in needed if not self[name]]
        if missing:
            labels = [f._description_string(self.env) for f in missing]
            raise UserError(
                self.env._("Still missing: %(fields)s.", fields=", ".join(labels))
            )

    def _alert(self, summary, note=""):
        """One open activity per subject, for the person in charge."""
        self.ensure_one()
        if summary in self.activity_ids.mapped("summary"):
            return
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=note,
            user_id=self.responsible_id.id or self.env.user.id,
        )

    def _open_invoices(self, name, domain):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "ar.platform.invoice",
            "view_mode": "list,form",
            "domain": [("platform_id", "=", self.id), *domain],
        }

    def action_view_invoices(self):
        """Every invoice that the platform told about."""
        name = self.env._("Invoices on the platform")
        return self._open_invoices(name, [])

    def action_view_unmatched(self):
        """Invoices that the platform knows and Odoo does not."""
        name = self.env._("Not found in Odoo")
        return self._open_invoices(name, [("move_id", "=", False)])

    def action_view_problems(self):
        """Invoices whose last reading failed."""
        name = self.env._("Synchronisation problems")
        return self._open_invoices(name, [("error", "!=", False)])
