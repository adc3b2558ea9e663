from odoo import api, fields, models

from ..engine.reasons import plain


class NothingToCall:
    """Stands for the client of a platform without a connection."""

    calls = 0

    def close(self):
        """Nothing to give back."""


class ArPlatformManual(models.Model):
    """A platform without a connection: its statuses come in files."""

    _inherit = "ar.platform"

    kind = fields.Selection(
        selection_add=[("manual", "By file")], ondelete={"manual": "cascade"}
    )
    public_buyers = fields.Boolean(
        "Public buyers", help="The legal payment delay of public buyers applies."
    )

    def _credentials_manual(self):
        return ()

    def _hosts_manual(self):
        return {}

    def _client_manual(self):
        return NothingToCall()

    def _probe_manual(self, client):
        """There is nothing to try."""

    def _pull_manual(self, client, summary, keep):
        """Files come when somebody brings them."""

    def _is_public(self, links):
        if self.kind == "manual":
            return self.public_buyers
        return super()._is_public(links)

    def _compute_silent(self):
        result = super()._compute_silent()
        self.filtered(lambda p: p.kind == "manual").silent = False
        return result

    @api.constrains("token_url", "api_url", "environment")
    def _check_hosts(self):
        # Nothing leaves: there is no address to check.
        rest = self.filtered(lambda p: p.sudo().kind != "manual")
        return super(ArPlatformManual, rest)._check_hosts()

    def _file_codes(self):
        """``{code or label, plain: code}`` that a file may use.

        Labels in each installed language; a code wins over a label.
        """
        Status = self.env["ar.platform.status"]
        codes = {}
        for lang, _name in self.env["res.lang"].get_installed():
            rows = Status.with_context(lang=lang)._rows(self.kind, self.company_id)
            codes |= {plain(row.name): code for code, row in rows.items()}
        return codes | {plain(code.replace("_", " ")): code for code in codes.values()}


class ArPlatformStatus(models.Model):
    _inherit = "ar.platform.status"

    kind = fields.Selection(
        selection_add=[("manual", "By file")], ondelete={"manual": "cascade"}
    )

    def _table_kind(self, kind):
        """Files speak the statuses of Chorus Pro."""
        return super()._table_kind("chorus_pro" if kind == "manual" else kind)
