from odoo import api, fields, models

RULES = [
    ("person", "Chosen by hand"),
    ("reason_user", "Named by the reason"),
    ("reason_team", "Least busy of the reason's team"),
    ("salesperson", "Salesperson of the invoice"),
    ("role_user", "Holds the role in the company"),
    ("role_team", "Least busy of the team that holds the role"),
    ("collector", "Collector of the account"),
    ("fallback", "Looks after the account: nobody holds the role"),
]


class ArDisputeOwner(models.Model):
    """Who answers a dispute, and by which rule."""

    _inherit = "ar.dispute"

    team_id = fields.Many2one(
        "ar.dispute.team",
        tracking=True,
        index="btree_not_null",
        help="All its members see the dispute and may answer it.",
    )
    owner_rule = fields.Selection(RULES, "Owner because", readonly=True, copy=False)

    def write(self, vals):
        if "owner_id" in vals and "owner_rule" not in vals:
            moved = self.filtered(lambda d: d.owner_id.id != vals["owner_id"])
            result = super().write(vals)
            super(ArDisputeOwner, moved.sudo()).write({"owner_rule": "person"})
            return result
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("owner_id"):
                vals["owner_rule"] = "person"
        return super().create(vals_list)

    @api.model
    def _ar_find_owner(self, reason, debtor, move):
        """Who answers a dispute of this reason: the first of these that can.

        The person the reason names; its team; its role (the salesperson of the
        invoice, the collector, or who holds the role in the company); whoever looks
        after the account.

        :return: values of ``owner_id``, ``team_id`` and ``owner_rule``
        """
        debtor = debtor.sudo()
        company = debtor.company_id
        for rule, user, team in self._ar_candidates(reason, debtor, move):
            able = self._ar_able(user, team, company)
            if able:
                return {
                    "owner_id": able.id,
                    "team_id": team.id if team else False,
                    "owner_rule": rule,
                }
        return {
            "owner_id": debtor._ar_responsible().id,
            "team_id": False,
            "owner_rule": "fallback",
        }

    @api.model
    def _ar_able(self, user, team, company):
        """Who of a team, or this person, can be given a dispute now; or nobody."""
        able = team._ar_next_owner(company) if team else user
        return able._ar_may_answer(company)[:1]

    @api.model
    def _ar_candidates(self, reason, debtor, move):
        """``(rule, person, team)`` in the order in which they are asked."""
        reason, nobody = reason.sudo(), self.env["res.users"]
        role = reason.owner_role
        if reason.owner_id:
            yield "reason_user", reason.owner_id, None
        if reason.team_id:
            yield "reason_team", nobody, reason.team_id
        if role == "sales":
            yield "salesperson", move.sudo().invoice_user_id, None
        if role == "collections":
            yield "collector", debtor.collector_id, None
        yield from self._ar_holder(role, debtor.company_id)
        yield "fallback", debtor.collector_id, None

    @api.model
    def _ar_holder(self, role, company):
        """``(rule, person, team)`` of who holds a role in a company, if anybody."""
        held = (
            self.env["ar.dispute.role"]
            .sudo()
            .search([("company_id", "=", company.id), ("role", "=", role)])
        )
        if held:
            rule = "role_team" if held.team_id else "role_user"
            yield rule, held.user_id, held.team_id
