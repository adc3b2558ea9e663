from odoo import api, fields, models
from odoo.tools import ormcache

from ..engine.reasons import ReasonLine, ReasonTable
from ..engine.statuses import normalise_code
from .ar_platform import KINDS


class ArPlatformReason(models.Model):
    """What a buyer's reason means: code or words of his, dispute reason of ours."""

    _name = "ar.platform.reason"
    _description = "Reason told by a buyer's platform"
    _order = "kind, sequence, id"

    name = fields.Char("Label", translate=True)
    kind = fields.Selection(KINDS, "Platform type", required=True, default="chorus_pro")
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        help="Empty: for every company. A company's own lines are looked at first.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    code = fields.Char(help="Reason code, as the platform writes it.")
    words = fields.Text(
        "Words of the comment",
        help="Expressions separated by commas; any of them, whatever its accents and "
        "capitals, tells this reason where the platform sends no code.",
    )
    reason_id = fields.Many2one(
        "ar.dispute.reason",
        "Dispute reason",
        required=True,
        ondelete="restrict",
        help="It also says who answers for the dispute.",
    )

    _something_told = models.Constraint(
        "CHECK (code IS NOT NULL OR words IS NOT NULL)",
        "Give a reason code, or words of the comment.",
    )
    _code_unique = models.UniqueIndex(
        "(kind, code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "This reason is in the table already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("code"):
                vals["code"] = normalise_code(vals["code"])
        result = super().create(vals_list)
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.depends("name", "code", "words")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.name or line.code or line.words or ""

    @api.model
    def _reasons(self, kind, company):
        """The table of one platform type for one company, own lines first.

        :return: :class:`~..engine.reasons.ReasonTable`
        """
        return self._reasons_of(kind, company.id)

    @api.model
    @ormcache("kind", "company_id")
    def _reasons_of(self, kind, company_id):
        kind = self.env["ar.platform.status"]._table_kind(kind)
        lines = self.sudo().search(
            [("kind", "=", kind), ("company_id", "in", [False, company_id])]
        )
        own = lines.filtered("company_id")
        return ReasonTable(
            ReasonLine(
                reason=line.reason_id.code,
                code=line.code or "",
                words=tuple((line.words or "").replace("\n", ",").split(",")),
            )
            for line in own + (lines - own)
        )


class ArDisputeReason(models.Model):
    _inherit = "ar.dispute.reason"

    def write(self, vals):
        result = super().write(vals)
        if "code" in vals:
            # The tables of platforms name reasons by their codes.
            self.env.registry.clear_cache()
        return result
