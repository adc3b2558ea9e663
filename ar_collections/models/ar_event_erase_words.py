from odoo import api, models


class ArEventEraseWords(models.Model):
    """Facts about data of people that are no words of facts."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "data_erased": _("Data erased"),
            "data_exported": _("Data of a person handed over"),
        }

    def _ar_say_data_erased(self, payload):
        if not payload.get("basis"):
            return False
        return self.env._(
            "%(count)d records erased: %(basis)s",
            count=len(payload.get("records") or ()),
            basis=payload["basis"],
        )

    def _ar_say_data_exported(self, payload):
        if not payload.get("request"):
            return False
        return self.env._(
            "Data of one person handed over: request %(name)s, %(count)d pieces",
            name=payload["request"],
            count=payload.get("count") or 0,
        )
