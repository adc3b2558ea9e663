from odoo import models
from odoo.exceptions import UserError

from ..engine.plan_form import terms_digest

#: Plans that the page tells about, the one that waits for an answer first.
SHOWN = ("sent", "accepted", "running")


class ArDebtorPlanPage(models.Model):
    """Instalment plans on the customer's page: read, and accepted by him."""

    _inherit = "ar.debtor"

    def _ar_portal_plans(self):
        """Plans that wait for an answer or run, in the language of the environment.

        :return: dictionaries, see :meth:`_ar_portal_plan_told`
        """
        self.ensure_one()
        plans = (
            self.env["ar.payment.plan"]
            .sudo()
            .search([("debtor_id", "=", self.id), ("state", "in", SHOWN)])
        )
        offered = bool(plans) and "plan" in self._ar_portal_offers()
        told = [self._ar_portal_plan_told(plan, offered) for plan in plans]
        return sorted(told, key=lambda one: not one["open"])

    def _ar_portal_plan_told(self, plan, offered):
        """What the page says of one plan.

        :param bool offered: whether this account's page offers acceptance

        ``open`` tells whether it can be accepted now, ``digest`` marks its terms.
        """
        today = self.company_id._ar_today()
        in_time = not plan.answer_by or plan.answer_by >= today
        waits = plan.state == "sent"
        return {
            "kind": "plan",
            "plan": plan,
            "name": plan.name,
            "open": waits and in_time and offered,
            "state": plan.state if not waits or in_time else "lapsed",
            "currency": plan.currency_id,
            "total": plan.amount_total,
            "left": plan.amount_left,
            "instalments": plan._ar_instalments(),
            "digest": terms_digest(plan._ar_portal_terms()),
        }

    def _ar_portal_plan(self, plan_id):
        """One plan of this account that the page may show, or None.

        :param int plan_id: as asked for in the address, so not to be trusted
        """
        shown = self._ar_portal_plans()
        return next((one for one in shown if one["plan"].id == plan_id), None)

    def _ar_portal_accept_plan(self, told, name, sender):
        """The customer accepts this plan on his page.

        :param told: as :meth:`_ar_portal_plan` gave it
        :param str name: who accepts, as he wrote it
        :param dict sender: ``partner``, ``email``, ``link``, ``network``
        :raise UserError: when it is not open to acceptance any more
        """
        self.ensure_one()
        plan = told["plan"].with_env(self.sudo().env)
        if not told["open"]:
            raise UserError(
                self.env._("This proposal is no longer open. Please contact us.")
            )
        address = sender["email"] or sender["partner"].display_name
        return plan._ar_accept(
            name,
            {
                "kind": "portal",
                "note": self.env._(
                    "Accepted on the customer page by %(name)s (%(address)s).",
                    name=name,
                    address=address,
                ),
                "actor": address,
                "payload": {
                    "name": name,
                    "terms_sha256": told["digest"],
                    "network": sender["network"],
                    "link_id": sender["link"].id if sender["link"] else False,
                },
            },
        )
