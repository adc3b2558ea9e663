from odoo import models
from odoo.tools import format_amount

#: What people change on a running dispute, told on the timeline: everything that
#: its own thread tells.
TOLD = ("reason_id", "owner_id", "team_id", "target_date", "amount_asked")


class ArDisputeEvent(models.Model):
    """The facts of a dispute, on the timelines of its account and its invoice."""

    _inherit = "ar.dispute"

    def _ar_event(self, kind, actor=None, **payload):
        """Record one fact about each of these disputes.

        :param str actor: who, when it is not the user
        :param payload: more data of the fact, JSON-able
        """
        for dispute in self.sudo():
            lang = dispute.company_id._ar_lang()
            Event = self.env["ar.event"].with_context(lang=lang)
            data = {**dispute._ar_payload(), **payload}
            Event._ar_record(
                [
                    {
                        "kind": kind,
                        "company_id": dispute.company_id.id,
                        "debtor_id": dispute.debtor_id.id,
                        "partner_id": dispute.partner_id.id,
                        "move_ids": dispute.move_id.ids,
                        "actor": actor,
                        "res_model": dispute._name,
                        "res_id": dispute.id,
                        "summary": Event._ar_words_of(kind, data),
                        "payload": data,
                    }
                ]
            )

    def _ar_event_failed(self, error):
        """Tell on the timeline why something could not be done about these."""
        self._ar_event("dispute_failed", error=f"{error}" or type(error).__name__)

    def _ar_payload(self):
        """What a fact keeps of its dispute; amounts in minor units."""
        unit = 10**self.currency_id.decimal_places
        return {
            "name": self.name,
            "number": self.move_id.name or "",
            "reason_id": self.reason_id.id,
            "reason": self.reason_id.name,
            "cents": round(self.amount * unit),
            "asked": round(self.amount_asked * unit),
            "currency": self.currency_id.name,
            "owner": self.owner_id.name or "",
            "state": self.state,
            "resolution": self.resolution or "",
        }

    def write(self, vals):
        # A decision is one fact, which tells its new date itself.
        decided = vals.get("decided_at")
        names = [name for name in TOLD if name in vals and not decided]
        before = {d.id: d._ar_told(names) for d in self.sudo()} if names else {}
        result = super().write(vals)
        for dispute in self.sudo() if names else ():
            changes = [
                {"model": self._name, "field": name, "value": value}
                for name, value in dispute._ar_told(names).items()
                if value != before[dispute.id][name]
            ]
            if changes:
                dispute._ar_event("dispute_changed", changes=changes)
        return result

    def _ar_told(self, names):
        """``{field: value as people read it}``, JSON-able."""
        self.ensure_one()
        told = {}
        for name in names:
            value, field = self[name], self._fields[name]
            if field.type == "many2one":
                value = value.display_name or ""
            elif field.type == "date":
                value = value.isoformat() if value else ""
            elif field.type == "monetary":
                value = format_amount(self.env, value, self.currency_id)
            told[name] = value
        return told
