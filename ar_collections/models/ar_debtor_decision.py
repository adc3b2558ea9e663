from odoo import fields, models

#: Decisions of people about an account that have no fact of their own.
DECIDED = (
    "strategy_id",
    "strategy_manual",
    "no_chasing",
    "insolvency",
    "insolvency_date",
    "insolvency_publication_date",
    "insolvency_practitioner_id",
    "paying_centre_id",
)


class ArDebtorDecision(models.Model):
    """What a person decides about an account is a fact of its timeline."""

    _inherit = "ar.debtor"

    def write(self, vals):
        if "strategy_id" in vals and "strategy_manual" not in vals:
            # Whoever chooses a strategy means it to stay; the machine's own
            # choice does not come this way.
            vals = {**vals, "strategy_manual": bool(vals["strategy_id"])}
        names = [name for name in DECIDED if name in vals]
        if "hold_until" in vals and not vals.get("no_chasing"):
            # Chasing is resumed: that is told by its own fact.
            names = [name for name in names if name != "no_chasing"]
        before = {debtor: debtor._ar_decided(names) for debtor in self if names}
        result = super().write(vals)
        self._ar_event_decided(before, names)
        return result

    def _ar_decided(self, names):
        return {name: self._ar_plain(name) for name in names}

    def _ar_plain(self, name):
        """Value of a field as JSON keeps it; the name of a record."""
        value = self[name]
        if isinstance(value, models.BaseModel):
            return value.sudo().display_name or ""
        if self._fields[name].type == "date":
            return fields.Date.to_string(value) or ""
        return value

    def _ar_event_decided(self, before, names):
        vals_list = []
        for debtor, values in before.items():
            changes = [
                {"model": self._name, "field": name, "value": debtor._ar_plain(name)}
                for name in names
                if debtor._ar_plain(name) != values[name]
            ]
            if changes:
                lang = debtor.company_id._ar_lang()
                Event = self.env["ar.event"].with_context(lang=lang)
                vals_list.append(
                    {
                        "kind": "decision",
                        "company_id": debtor.company_id.id,
                        "debtor_id": debtor.id,
                        "partner_id": debtor.partner_id.id,
                        "res_model": self._name,
                        "res_id": debtor.id,
                        "summary": Event._ar_say_decision({"changes": changes}),
                        "payload": {"changes": changes},
                    }
                )
        if vals_list:
            self.env["ar.event"]._ar_record(vals_list)
