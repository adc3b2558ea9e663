import logging

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.colleague_forms import address_of

_logger = logging.getLogger(__name__)


class ArDispute(models.Model):
    """A dispute that a colleague answers from a link."""

    _inherit = "ar.dispute"

    ar_advice_ids = fields.One2many(
        "ar.dispute.advice",
        "dispute_id",
        "Answers of colleagues",
        readonly=True,
        groups="ar_collections.group_reader,ar_collections.group_user",
    )

    def action_ar_ask_colleague(self):
        """Choose the colleague who gets the link, and what it shows."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask a colleague"),
            "res_model": "ar.dispute.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispute_id": self.id},
        }

    def _ar_escalate(self):
        """Who is late, and who is told so, get a link to answer from at once."""
        told = super()._ar_escalate()
        for dispute in self.sudo():
            if dispute.company_id.ar_portal_dispute_links:
                people = dispute.owner_id | dispute.escalated_to_id
                for user in people.filtered(lambda u: u.active and not u.share):
                    dispute._ar_ask_late(user)
        return told

    def _ar_ask_late(self, user):
        """Mail this person the link; an address that cannot be used stops nothing."""
        if not address_of(user.email):
            return
        own = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        try:
            with self.env.cr.savepoint():
                self.env["ar.colleague.link"]._ar_ask(
                    self,
                    {"user": user},
                    attachments=self.env["ir.attachment"].search(own),
                )
        except UserError as error:
            _logger.warning("Dispute %s: no link was sent: %s", self.id, error)
