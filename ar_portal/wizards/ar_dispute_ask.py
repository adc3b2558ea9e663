from odoo import api, fields, models
from odoo.exceptions import UserError


class ArDisputeAsk(models.TransientModel):
    """Which colleague is asked about a dispute, and what he is shown."""

    _name = "ar.dispute.ask"
    _description = "Ask a colleague about a dispute"

    dispute_id = fields.Many2one("ar.dispute", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        compute="_compute_user_id",
        store=True,
        readonly=False,
    )
    company_id = fields.Many2one(related="dispute_id.company_id")
    person = fields.Char("Name")
    email = fields.Char(
        "Or an e-mail address",
        help="Of a domain that the settings allow, for who has no log-in.",
    )
    words = fields.Text("Your question")
    with_invoice = fields.Boolean("Show the invoice", default=True)
    available_ids = fields.Many2many(
        "ir.attachment", compute="_compute_available_ids", string="Files of the dispute"
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "ar_dispute_ask_attachment_rel",
        "ask_id",
        "attachment_id",
        string="Files to show",
        domain="[('id', 'in', available_ids)]",
    )

    @api.depends("dispute_id")
    def _compute_user_id(self):
        for wizard in self:
            owner = wizard.dispute_id.owner_id
            wizard.user_id = owner if owner != self.env.user else False

    @api.depends("dispute_id")
    def _compute_available_ids(self):
        for wizard in self:
            wizard.available_ids = wizard._ar_files()

    def _ar_files(self):
        """Files of the dispute, as the user may read them."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "ar.dispute"),
                ("res_id", "=", self.dispute_id.id),
                ("res_field", "=", False),
            ]
        )

    def action_send(self):
        """Mail the link.

        :raise UserError: when nobody was named, or the address is not allowed
        """
        self.ensure_one()
        dispute = self.dispute_id
        dispute.check_access("write")
        if not self.env.user.has_group("ar_collections.group_user"):
            raise UserError(self.env._("Only collectors ask colleagues."))
        if not (self.user_id or self.email):
            raise UserError(self.env._("Choose a colleague, or give an address."))
        who = {"user": self.user_id, "email": self.email, "name": self.person}
        if self.user_id and (
            self.user_id.share or dispute.company_id not in self.user_id.company_ids
        ):
            raise UserError(self.env._("This person is no colleague of the company."))
        self.env["ar.colleague.link"]._ar_ask(
            dispute,
            who,
            words=self.words or "",
            # Whatever the screen sent: files of this dispute, and no others.
            attachments=self.attachment_ids & self._ar_files(),
            invoice=self.with_invoice,
        )
        return {"type": "ir.actions.act_window_close"}
