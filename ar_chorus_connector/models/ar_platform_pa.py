from datetime import timedelta, timezone

from odoo import api, fields, models

from ..clients import errors
from ..clients.flow_service import FlowService
from ..clients.masking import remember_credentials
from ..clients.pace import Pace
from ..clients.piste import PisteToken
from ..engine.flows import LIFECYCLE

#: Kinds that speak the codes of the lifecycle; one table of statuses for all.
PA_KINDS = [
    ("pa", "Accredited platform (XP Z12-013)"),
    ("superpdp", "SUPER PDP (its own events)"),
]
PA = tuple(kind for kind, _label in PA_KINDS)
ON_DELETE = dict.fromkeys(PA, "cascade")
#: The platform's own clock is the cursor: no need to look far back.
PA_OVERLAP_MINUTES = 10
SIMULATOR = "http://127.0.0.1:8102"


class ArPlatformPa(models.Model):
    """Connection to an accredited platform, through its Flow Service."""

    _inherit = "ar.platform"

    kind = fields.Selection(selection_add=PA_KINDS, ondelete=ON_DELETE)
    organization = fields.Char(
        "Organization id", help="Where one account of the platform serves several."
    )
    naive_zone = fields.Selection(
        [("Europe/Paris", "Paris time"), ("UTC", "UTC")],
        "Dates without zone are in",
        default="Europe/Paris",
        required=True,
        help="Status messages do not say their time zone.",
    )
    calls_per_second = fields.Float(
        "Calls a second, at most", default=10.0, help="0: no limit."
    )
    parallel_calls = fields.Integer("Calls at a time", default=4)
    cashed_emission = fields.Selection(
        [
            ("off", "Never"),
            ("on_receipt", "Invoices whose VAT is due on receipt"),
            ("all", "Every invoice"),
        ],
        "Tell what was cashed",
        default="on_receipt",
        required=True,
        help="Sends the status “Cashed” (212) once the money is on the bank account. "
        "Invoices to public buyers are left out.",
    )
    receipt_ids = fields.One2many("ar.platform.receipt", "platform_id")
    flow_ids = fields.One2many("ar.platform.flow", "platform_id")
    flow_problem_count = fields.Integer(
        "Unread messages", compute="_compute_flow_problem_count", compute_sudo=True
    )

    _parallel_positive = models.Constraint(
        "CHECK (parallel_calls BETWEEN 1 AND 16 AND calls_per_second >= 0)",
        "Between 1 and 16 calls at a time, and no negative pace.",
    )

    def _compute_flow_problem_count(self):
        rows = self.env["ar.platform.flow"]._read_group(
            [("platform_id", "in", self.ids), ("error", "!=", False)],
            ["platform_id"],
            ["__count"],
        )
        counts = {platform.id: count for platform, count in rows}
        for platform in self:
            platform.flow_problem_count = counts.get(platform.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("kind") in PA:
                vals.setdefault("overlap_minutes", PA_OVERLAP_MINUTES)
        return super().create(vals_list)

    def action_view_flows(self):
        """Messages exchanged with this platform, those with a problem first."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages"),
            "res_model": "ar.platform.flow",
            "view_mode": "list,form",
            "domain": [("platform_id", "=", self.id)],
            "context": {"search_default_problems": bool(self.flow_problem_count)},
        }

    # What the kind brings: see ``ar_platform_client`` and ``ar_platform_observe``.

    def _hosts_pa(self):
        return {"demo": (f"{SIMULATOR}/oauth2/token", SIMULATOR)}

    def _credentials_pa(self):
        return ("client_id", "client_secret", "token_url", "api_url")

    def _client_pa(self):
        return FlowService(*self._bearer_parts(), self.organization or "", self._pace())

    def _bearer_parts(self):
        """Transport, token and address of a connection behind OAuth."""
        self._check_credentials()
        remember_credentials(self.client_id, self.client_secret, self.webhook_secret)
        transport = self._transport()
        token = PisteToken(
            transport, self.token_url, self.client_id, self.client_secret, scope=""
        )
        return transport, token, self.api_url

    def _pace(self):
        return Pace(self.calls_per_second)

    def _probe_pa(self, client):
        """Try the address, the token, then the right to search."""
        client.health()
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        next(client.moved_pages(now - timedelta(days=1), (LIFECYCLE,), limit=1))

    def _is_public(self, links):
        """A public buyer reached through an accredited platform."""
        mine = links.filtered(lambda link: link.platform_id.kind in PA)
        return any(mine.mapped("is_public")) or super()._is_public(links)

    def _words(self, error):
        if self.kind not in PA:
            return super()._words(error)
        _ = self.env._
        if isinstance(error, errors.TokenRefused):
            return _(
                "The platform refuses the application: its id or its secret is "
                "wrong, or they belong to another environment."
            )
        if isinstance(error, errors.NotSubscribed):
            return _(
                "The account has no right to call %(route)s: ask the platform for it.",
                route=error.route,
            )
        return super()._words(error)
