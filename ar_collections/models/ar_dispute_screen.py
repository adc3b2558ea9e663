from odoo import api, models

from ..engine.states import DisputeState


class ArDisputeScreen(models.Model):
    """The owner of a dispute finds it in his activities, with its date.

    He needs no role in receivables: the activity is his way in.
    """

    _inherit = "ar.dispute"

    @api.onchange("move_id")
    def _onchange_move_id(self):
        for dispute in self.filtered("move_id"):
            dispute.currency_id = dispute.move_id.currency_id
            dispute.amount = dispute.move_id._ar_residual()

    @api.model
    def default_get(self, fields_list):
        """The company's currency, until an invoice is chosen."""
        defaults = super().default_get(fields_list)
        if "currency_id" in fields_list and not defaults.get("currency_id"):
            defaults["currency_id"] = self.env.company.currency_id.id
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        disputes._ar_call_owner()
        return disputes

    def write(self, vals):
        result = super().write(vals)
        if {"owner_id", "target_date", "state"} & vals.keys():
            self._ar_call_owner()
        return result

    # The owner may read neither the invoice nor the account: what follows from his
    # answer is written for him, still in his name.

    @api.constrains("amount", "move_id", "state")
    def _check_amount(self):
        return super(ArDisputeScreen, self.sudo())._check_amount()

    def _ar_event(self, kind, actor=None):
        return super(ArDisputeScreen, self.sudo())._ar_event(kind, actor)

    def _ar_mark_dirty(self):
        return super(ArDisputeScreen, self.sudo())._ar_mark_dirty()

    def _ar_call_owner(self):
        """Keep one activity per open dispute, for its owner, at its date."""
        kinds = ["mail.mail_activity_data_todo"]
        disputes = self.sudo()
        disputes.activity_unlink(kinds)
        for dispute in disputes:
            owner = dispute.owner_id
            if owner.active and dispute.state == DisputeState.OPEN.value:
                dispute.with_context(mail_activity_quick_update=True).activity_schedule(
                    kinds[0],
                    dispute.target_date,
                    summary=self.env._("Answer the dispute"),
                    user_id=owner.id,
                )
