from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.case_states import CaseOutcome

BOOKERS = "account.group_account_invoice"


class ArCaseEnd(models.Model):
    """Cases that end unpaid: handed over, or written off in the books."""

    _inherit = "ar.case"

    third_party_id = fields.Many2one(
        "res.partner", "Handed to", readonly=True, copy=False, ondelete="restrict"
    )
    third_party_on = fields.Date("Handed over on", readonly=True, copy=False)
    third_party_ref = fields.Char("Their reference", readonly=True, copy=False)
    write_off_move_ids = fields.Many2many(
        "account.move",
        "ar_case_write_off_rel",
        string="Entries of the write-off",
        readonly=True,
        copy=False,
    )

    def _ar_hand_over(self, partner, day, reference=None, why=None):
        """Somebody else collects from now on; nobody here writes any more.

        :param partner: ``res.partner``: agency, lawyer, commissaire de justice
        :param date day: when it was handed over
        :param str reference: theirs
        """
        self.ensure_one()
        values = {
            "third_party_id": partner.id,
            "third_party_on": day,
            "third_party_ref": reference or False,
        }
        told = " · ".join(filter(None, [partner.display_name, reference, why]))
        return self._ar_close(CaseOutcome.THIRD_PARTY, told, values=values)

    @api.model
    def _ar_check_booker(self):
        """:raise AccessError: for who may not book"""
        if not self.env.user.has_group(BOOKERS):
            raise AccessError(
                self.env._("A write-off is booked by somebody who keeps the books.")
            )

    def _ar_write_off(self, account, journal, day, why, by="entry"):
        """Write what is open off to an account, and close the case.

        One entry per currency, or one credit note per invoice, matched with the
        invoices. The VAT in it is a question of its own (bad debts), which both
        leave to the accountant.

        :param account: ``account.account`` of the loss
        :param journal: ``account.journal``: general, of sales for credit notes
        :param date day: date of the entry
        :param str by: ``entry`` or ``credit_note``
        :param str why: for the timeline
        :return: the entries, posted
        :raise AccessError: for who may not book
        :raise UserError: when nothing is open
        """
        self.ensure_one()
        self._ar_check_booker()
        case = self.sudo()
        case.debtor_id._ar_refresh(case.partner_id.ids)
        case._ar_check_open()
        owed = case.line_ids.item_id.move_line_id.filtered(
            lambda ln: not ln.reconciled and ln.parent_state == "posted"
        )
        if not owed:
            raise UserError(self.env._("Nothing is open in this case."))
        moves = self.env["account.move"]
        # With the rights of the user: the books decide who may do that.
        book = self._ar_book_loss if by == "entry" else self._ar_book_credit
        one = "company_id" if by == "entry" else "move_id"
        for (_one, currency), lines in owed.grouped(
            lambda ln: (ln[one], ln.currency_id)
        ).items():
            moves |= book(currency, lines, account, journal, day)
        case.write_off_move_ids = [(6, 0, moves.ids)]
        self._ar_close(CaseOutcome.WRITTEN_OFF, why)
        return moves

    def _ar_book_credit(self, currency, owed, account, journal, day):
        """One credit note for what is open of an invoice, posted and matched."""
        invoice = owed.move_id
        label = self._ar_told().env._("Write-off %(case)s", case=self.name)
        Move = self.env["account.move"].with_company(invoice.company_id)
        note = Move.create(
            {
                "move_type": "out_refund",
                "journal_id": journal.id,
                "partner_id": invoice.partner_id.id,
                "currency_id": currency.id,
                "invoice_date": day,
                "reversed_entry_id": invoice.id,
                "ref": label,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": f"{label} {invoice.name}",
                            "quantity": 1,
                            "price_unit": sum(owed.mapped("amount_residual_currency")),
                            "account_id": account.id,
                            "tax_ids": [(5,)],
                        },
                    )
                ],
            }
        )
        note.action_post()
        owed_here = owed.with_env(self.env)
        credit = note.line_ids.filtered(
            lambda ln: ln.account_id in owed_here.account_id
        )
        (owed_here + credit).filtered(lambda ln: not ln.reconciled).reconcile()
        return note

    def _ar_book_loss(self, currency, owed, account, journal, day):
        """One entry that settles these receivable lines, posted and matched."""
        company = owed.company_id
        label = self._ar_told().env._("Write-off %(case)s", case=self.name)
        Move = self.env["account.move"].with_company(company)
        rows = [
            {
                "name": f"{label} {line.move_id.name}",
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id,
                "currency_id": currency.id,
                "amount_currency": -line.amount_residual_currency,
                "balance": -line.amount_residual,
            }
            for line in owed
        ]
        rows.append(
            {
                "name": label,
                "account_id": account.id,
                "partner_id": self.sudo().partner_id.id,
                "currency_id": currency.id,
                "amount_currency": sum(owed.mapped("amount_residual_currency")),
                "balance": sum(owed.mapped("amount_residual")),
            }
        )
        move = Move.create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "company_id": company.id,
                "date": day,
                "ref": label,
                "line_ids": [(0, 0, row) for row in rows],
            }
        )
        move.action_post()
        for line, own in zip(owed, move.line_ids.sorted("id"), strict=False):
            (line.with_env(self.env) + own).reconcile()
        return move
