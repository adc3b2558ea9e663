from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_debtor_ids = fields.One2many("ar.debtor", "partner_id", "Customer accounts")

    def write(self, vals):
        moves = "parent_id" in vals or "is_company" in vals
        before = self.commercial_partner_id.ids if moves else []
        result = super().write(vals)
        if moves:
            marks = {*before, *self.commercial_partner_id.ids}
            self.env["ar.dirty"]._ar_mark(marks, "contact_moved")
        return result

    def _ar_spoken(self):
        """Language of the first of these who has one that is installed."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        spoken = (partner.lang for partner in self if partner.lang in installed)
        return next(spoken, self.env.lang or "en_US")
