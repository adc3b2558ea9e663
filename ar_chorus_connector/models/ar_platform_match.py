from odoo import api, models

from ..engine.siren import siren_of


class ArPlatformMatch(models.Model):
    """Which invoice of ours the platform speaks of."""

    _inherit = "ar.platform.invoice"

    def _find_moves(self):
        """Our invoices behind these: platform id, then number, then deposit.

        :return: ``{link: move}``; a doubt finds nothing
        """
        found = {}
        for company, links in self.grouped("company_id").items():
            for find in (self._by_platform_id, self._by_number, self._by_deposit):
                left = links.browse([link.id for link in links if link not in found])
                if left:
                    found |= find(left, company)
        return found

    @api.model
    def _ours(self, company):
        """Domain of the invoices that a platform may speak of."""
        return [
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("state", "=", "posted"),
            ("company_id", "child_of", company.id),
        ]

    @api.model
    def _by_platform_id(self, links, company):
        """By the platform's own id, where a depositing module kept it."""
        Move = self.env["account.move"].sudo()
        found = {}
        for field, ids in self._id_fields(links):
            domain = [(field, "in", ids), *self._ours(company)]
            by_id = Move.search(domain).grouped(lambda m, field=field: str(m[field]))
            for link in links:
                fits = by_id.get(link.external_id, Move)
                if len(fits) == 1:
                    found[link] = fits.with_env(self.env)
        return found

    @api.model
    def _id_fields(self, links):
        """``[(field, values to search)]`` where ids of Chorus Pro may stand."""
        fields = self.env["account.move"]._fields
        fits = []
        if "chorus_identifier" in fields and fields["chorus_identifier"].store:
            # A 32-bit column: larger ids cannot stand in it.
            plain = [i for i in links.mapped("external_id") if i.isdecimal()]
            ids = [int(i) for i in plain if int(i) < 2**31]
            fits.append(("chorus_identifier", ids))
        return [(field, ids) for field, ids in fits if ids]

    @api.model
    def _by_number(self, links, company):
        numbers = [link.number for link in links if link.number]
        moves = self.env["account.move"].search(
            [("name", "in", numbers), *self._ours(company)]
        )
        by_number, found = moves.grouped("name"), {}
        for link in links.filtered("number"):
            fits = by_number.get(link.number, moves.browse())
            fits = fits.filtered(lambda move, link=link: link._fits(move))
            if len(fits) == 1:
                found[link] = fits
        return found

    @api.model
    def _by_deposit(self, links, company):
        """By deposit number and amount: a deposit may hold several invoices."""
        deposits = links.filtered("deposit_number")
        numbers = deposits.mapped("deposit_number")
        found = {}
        for field in self._deposit_fields() if numbers else ():
            moves = self.env["account.move"].search(
                [(field, "in", numbers), *self._ours(company)]
            )
            taken = self.search([("move_id", "in", moves.ids)]).move_id
            by_deposit = (moves - taken).grouped(
                lambda move, field=field: move.mapped(field)[0]
            )
            for link in deposits:
                fits = by_deposit.get(link.deposit_number, moves.browse())
                fits = fits.filtered(
                    lambda move, link=link: link._fits(move) and link._same_amount(move)
                )
                if len(fits) == 1:
                    found[link] = fits
        return found

    @api.model
    def _deposit_fields(self):
        """Where a deposit number may stand on an invoice."""
        fields = self.env["account.move"]._fields
        told = ["ar_deposit_number"]
        if "chorus_flow_id" in fields:
            told.append("chorus_flow_id.name")
        return told

    def _same_amount(self, move):
        amount = self.amount_total or self.amount_due
        return move.currency_id.compare_amounts(amount, move.amount_total) == 0

    def _fits(self, move):
        """Same seller and same year: a number is unique within these only."""
        ours = siren_of(move.company_id.company_registry, move.company_id.vat)
        theirs = (self.supplier_code or "").replace(" ", "")[:9]
        if ours and theirs.isdigit() and ours != theirs:
            return False
        year = self.invoice_date and self.invoice_date.year
        return not year or not move.invoice_date or move.invoice_date.year == year

    def _match(self, move):
        """Link with one of ours and act upon what was told so far."""
        self.ensure_one()
        self.move_id = move
        self._tell_timeline()
        self._apply()
