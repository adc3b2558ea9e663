from odoo import api, fields, models
from odoo.tools import SQL

from .ar_platform_status import CANONICAL


class AccountMoveBuyer(models.Model):
    """The buyer's status as columns, for lists: written by the connector alone."""

    _inherit = "account.move"

    ar_deposit_number = fields.Char(
        "Deposit number",
        copy=False,
        index="btree_not_null",
        help="Number of the deposit on the buyer's platform, for an invoice deposited "
        "by hand under another number.",
    )
    ar_buyer_state = fields.Selection(
        CANONICAL,
        "Status at the buyer",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    ar_buyer_date = fields.Datetime("Status at the buyer on", readonly=True, copy=False)
    ar_platform_story = fields.Char(
        "Buyer's platform", compute="_compute_ar_platform_story", compute_sudo=True
    )
    ar_platform_age = fields.Char(
        "Age of the buyer's status",
        compute="_compute_ar_platform_story",
        compute_sudo=True,
    )

    @api.depends("ar_platform_invoice_ids.status_code")
    @api.depends_context("lang")
    def _compute_ar_platform_story(self):
        for move in self:
            link = move.ar_platform_invoice_ids[:1]
            move.ar_platform_story = link.story_text if link else False
            move.ar_platform_age = link.age_text if link else False

    def _ar_set_buyers(self, told):
        """Write the buyer's columns without the work of saving an entry.

        :param told: ``{invoice: (engine.statuses.Canonical or None, naive UTC or
            None)}``
        """
        names = ("ar_buyer_state", "ar_buyer_date")
        rows = []
        for move, (canonical, moment) in told.items():
            state = canonical.value if canonical else None
            if (move.ar_buyer_state or None, move.ar_buyer_date or None) != (
                state,
                moment,
            ):
                rows.append((move.id, state, moment))
        if not rows:
            return
        ids, states, moments = (list(column) for column in zip(*rows, strict=True))
        self.flush_model(names)
        self.env.cr.execute(
            SQL(
                "UPDATE account_move m"
                "   SET ar_buyer_state = v.state, ar_buyer_date = v.moment"
                "  FROM unnest(%s::int[], %s::varchar[], %s::timestamp[])"
                "    AS v(id, state, moment)"
                " WHERE m.id = v.id",
                ids,
                states,
                moments,
            )
        )
        self.browse(ids).invalidate_recordset(names)
