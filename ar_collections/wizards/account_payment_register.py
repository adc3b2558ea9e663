from odoo import models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _reconcile_payments(self, to_process, edit_mode=False):
        """Payments are tied to their invoices here, after they were posted."""
        result = super()._reconcile_payments(to_process, edit_mode=edit_mode)
        for values in to_process:
            values["payment"]._ar_follow()
        return result
