from odoo import Command, api, fields, models


class ArPayerWhy(models.TransientModel):
    """Which invoices the payer's mean delay comes from."""

    _name = "ar.payer.why"
    _description = "Where a payer profile comes from"

    name = fields.Char(readonly=True)
    summary = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    line_ids = fields.One2many("ar.payer.why.line", "wizard_id", readonly=True)

    @api.model
    def _ar_open(self, debtor, told):
        """Show what ``payer_explain()`` told.

        :return: the window action of the dialog
        """
        why = self.create(
            {
                "name": debtor.display_name,
                "summary": debtor._ar_payer_summary(told),
                "currency_id": debtor.currency_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "move_id": part["move_id"],
                            "due_date": part["due_date"],
                            "paid_date": part["paid_date"],
                            "amount": part["amount"],
                            "days": part["days"],
                            "added": part["added"],
                        }
                    )
                    for part in told["parts"]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How this customer pays"),
            "res_model": self._name,
            "res_id": why.id,
            "view_mode": "form",
            "target": "new",
        }
