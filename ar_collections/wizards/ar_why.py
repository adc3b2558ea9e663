from odoo import Command, api, fields, models

from ..models.ar_debtor import VERDICTS


class ArWhy(models.TransientModel):
    """“Why?”: the decision about an account or an invoice, in words."""

    _name = "ar.why"
    _description = "Why chased or not"

    name = fields.Char(readonly=True)
    verdict = fields.Selection(VERDICTS, "Decision", readonly=True)
    next_date = fields.Date("Next contact", readonly=True)
    step = fields.Char(readonly=True)
    amount = fields.Char(readonly=True, help="Asked for by this contact.")
    reason_ids = fields.One2many(
        "ar.why.line", "wizard_id", domain=[("number", "=", False)], readonly=True
    )
    item_ids = fields.One2many(
        "ar.why.line", "wizard_id", domain=[("number", "!=", False)], readonly=True
    )

    @api.model
    def _ar_open(self, record, told):
        """Show an explanation.

        :param record: the account or the invoice that it is about
        :param dict told: what ``explain()`` returns
        :return: the window action of the dialog
        """
        lines = [
            {
                "category": r["category"],
                "label": r["label"],
                "words": r["words"],
                "advice": self.env["ar.reason"]._ar_advice(r["code"]),
            }
            for r in told.get("reasons") or ()
        ]
        items = [self._ar_item_vals(item) for item in told.get("items") or ()]
        why = self.create(
            {
                "name": record.display_name,
                "verdict": told.get("verdict"),
                "next_date": told.get("next_date") or False,
                "step": told.get("step") or False,
                "amount": told.get("step") and told.get("amount") or False,
                "reason_ids": [Command.create(v) for v in lines],
                "item_ids": [Command.create(v) for v in items],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why?"),
            "res_model": self._name,
            "res_id": why.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _ar_item_vals(self, item):
        """Values of one item's line, from the dictionary of ``explain()``."""
        words = " ".join(reason["words"] for reason in item["reasons"])
        return {
            "number": item["number"],
            "due_date": item["due_date"],
            "amount": item["residual"],
            "included": item["included"],
            "words": words,
        }
