from functools import wraps

from odoo import fields, models

#: Methods by which other modules match receipts by themselves: OCA's at the creation
#: of a bank line, Enterprise's from its scheduled action.
AUTOMATIC = ("_auto_reconcile", "_try_auto_reconcile_statement_lines")


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_lettering_only = fields.Boolean(
        "Only this matching runs by itself",
        default=True,
        help="The automatic matching of account_reconcile_oca or of Odoo Enterprise is "
        "held back. Their screens stay usable for what is left.",
    )


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _register_hook(self):
        """Hold back the automatic matching of others.

        Set on the final class, since such a module may be loaded after this one and
        need not call its parents.
        """
        super()._register_hook()
        model = self.env.registry[self._name]
        for name in AUTOMATIC:
            method = getattr(model, name, None)
            if method and not getattr(method, "ar_held", False):
                setattr(model, name, _held(method))


def _held(method):
    @wraps(method)
    def run(self, *args, **kwargs):
        if not self:
            # A scheduled action without records: it looks for them itself.
            held = self.env.company.sudo().ar_lettering_only
            return None if held else method(self, *args, **kwargs)
        free = self.filtered(lambda line: not line.company_id.sudo().ar_lettering_only)
        return method(free, *args, **kwargs) if free else None

    run.ar_held = True
    return run
