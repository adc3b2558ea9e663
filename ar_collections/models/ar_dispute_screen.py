from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine.states import DisputeState

#: What a dispute is about: nobody changes it afterwards.
FIXED = {
    "move_id",
    "debtor_id",
    "company_id",
    "currency_id",
    "source",
    "source_key",
    "opened_at",
    "name",
    "amount_asked",
    "closed_by_ledger",
    "owner_rule",
    "decided_at",
    "decided_by_id",
    "credit_move_id",
    "escalated_for",
    "escalated_to_id",
}
#: What an owner without any role in receivables may write.
ANSWERS = {
    "resolution",
    "resolution_note",
    "credit_amount",
    "customer_note",
    "description",
    "owner_id",
    "team_id",
    "target_date",
    "successor_move_id",
    "state",
    "closed_at",
}


class ArDisputeScreen(models.Model):
    """The owner of a dispute finds it in his activities, with its date.

    He needs no role in receivables: the activity is his way in.
    """

    _inherit = "ar.dispute"

    # As values: whoever answers may search them without reading the ledger.
    move_name = fields.Char("Invoice number", related="move_id.name")
    customer_name = fields.Char("Name of the customer", related="partner_id.name")

    @api.onchange("move_id", "item_id")
    def _onchange_move_id(self):
        for dispute in self.filtered("move_id"):
            dispute.currency_id = dispute.move_id.currency_id
            dispute.amount = dispute._ar_free(
                dispute.move_id._origin, item=dispute.item_id._origin
            )

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
        self._ar_check_write(vals)
        result = super().write(vals)
        if {"owner_id", "target_date", "state"} & vals.keys():
            self._ar_call_owner()
        return result

    def _ar_check_write(self, vals):
        """What a dispute is about is settled; its owner may only answer it.

        :raise AccessError: for who changes what is not his to change
        """
        if self.env.su:
            return
        refused = FIXED & vals.keys()
        if not self.env.user.has_group("ar_collections.group_user"):
            ours = {n for n, f in self._fields.items() if f._module == "ar_collections"}
            refused |= (ours & vals.keys()) - ANSWERS
        if refused:
            raise AccessError(
                self.env._(
                    "You cannot change this of a dispute: %(fields)s.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(refused)
                    ),
                )
            )

    # The owner may read neither the invoice nor the account: what follows from his
    # answer is written for him, still in his name.

    def _ar_event(self, kind, actor=None, **payload):
        return super(ArDisputeScreen, self.sudo())._ar_event(kind, actor, **payload)

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
                say = self.with_context(lang=owner.lang or self.env.lang)
                dispute.with_context(mail_activity_quick_update=True).activity_schedule(
                    kinds[0],
                    dispute.target_date,
                    summary=say.env._("Answer the dispute"),
                    user_id=owner.id,
                )
