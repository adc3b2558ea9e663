from odoo import fields, models


class ArDisputeTeam(models.Model):
    """People who answer disputes together."""

    _name = "ar.dispute.team"
    _description = "Team that answers disputes"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    lead_id = fields.Many2one(
        "res.users",
        required=True,
        domain=[("share", "=", False)],
        help="Is told of disputes that are not answered in time.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "ar_dispute_team_user_rel",
        "team_id",
        "user_id",
        string="Members",
        domain=[("share", "=", False)],
        help="Get the disputes in turn; without members they are the lead's.",
    )

    def _ar_next_owner(self, company):
        """Who answers the next dispute: who has the fewest open ones.

        :param company: ``res.company`` of the dispute; people without access to it
            are passed over
        :return: ``res.users``, empty when the team has nobody for this company
        """
        self.ensure_one()
        team = self.sudo()
        able = (team.member_ids or team.lead_id)._ar_may_answer(company)
        able = able or team.lead_id._ar_may_answer(company)
        if not able:
            return able
        counts = dict.fromkeys(able, 0)
        counts |= dict(
            self.env["ar.dispute"]
            .sudo()
            ._read_group(
                [("owner_id", "in", able.ids), ("state", "=", "open")],
                ["owner_id"],
                ["__count"],
            )
        )
        return min(able, key=lambda user: (counts[user], user.id))
