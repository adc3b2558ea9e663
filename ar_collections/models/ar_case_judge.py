from odoo import api, models
from odoo.tools import SQL, format_amount

from ..engine.case_states import CaseOutcome

#: Lines that the ledger still moves. From the lines to their items: there are few
#: of those, and many of these.
JUDGED_SQL = """
SELECT l.id
  FROM ar_case_line l
  JOIN ar_case c ON c.id = l.case_id
  JOIN ar_item i ON i.id = l.item_id
 WHERE l.active AND (l.holds OR c.outcome = %s) AND i.debtor_id = ANY(%s)
 ORDER BY l.id
"""


class ArCaseJudge(models.Model):
    """What the ledger receives reduces the claim; all of it ends the case."""

    _inherit = "ar.case"

    @api.model
    def _ar_judge(self, debtors):
        """Look at the cases of these accounts again, their items being up to date.

        :param debtors: ``ar.debtor``
        """
        self.env.flush_all()
        self.env.cr.execute(SQL(JUDGED_SQL, CaseOutcome.PAID.value, debtors.ids))
        found = [row[0] for row in self.env.cr.fetchall()]
        lines = self.env["ar.case.line"].sudo().browse(found)
        for case, own in lines.grouped("case_id").items():
            case._ar_follow_account(own)
            case._ar_judge_one(own.filtered("active"))

    def _ar_judge_one(self, lines):
        """Keep what is open now; tell what was received, or undone."""
        change = 0.0
        for line in lines:
            item = line.item_id
            open_now = item.residual if item.is_open else 0.0
            company_now = item.company_residual if item.is_open else 0.0
            if line.currency_id.compare_amounts(line.amount_open, open_now):
                change += company_now - line.company_open
                line.write({"amount_open": open_now, "company_open": company_now})
        currency = self.currency_id
        if currency.compare_amounts(change, 0) < 0:
            self._ar_tell_received(-change)
        elif currency.compare_amounts(change, 0) > 0:
            self._ar_tell_undone(change)
        # Of the whole case: a part of it may be another account's by now.
        nothing_left = not any(
            line.currency_id.compare_amounts(line.amount_open, 0)
            for line in self.line_ids
            if line.item_id
        )
        if self._ar_is_open() and lines and nothing_left:
            self._ar_close(CaseOutcome.PAID, actor="ar")
        elif self.outcome == CaseOutcome.PAID.value and not nothing_left:
            self._ar_reopen_undone()

    def _ar_tell_received(self, amount):
        say = self._ar_told()
        unit = 10**self.currency_id.decimal_places
        self._ar_record("case_payment", {"received": round(amount * unit)}, actor="ar")
        if self._ar_is_open() or self.outcome == CaseOutcome.THIRD_PARTY.value:
            self._ar_alert(
                "received",
                say.env._(
                    "%(case)s: %(amount)s received, %(left)s left to claim",
                    case=self.name,
                    amount=format_amount(say.env, amount, self.currency_id),
                    left=format_amount(say.env, self.amount_total, self.currency_id),
                ),
            )

    def _ar_tell_undone(self, amount):
        say = self._ar_told()
        unit = 10**self.currency_id.decimal_places
        self._ar_record("case_undone", {"more": round(amount * unit)}, actor="ar")
        self._ar_alert(
            "undone",
            say.env._(
                "%(case)s: a payment was undone, the claim is %(left)s again",
                case=self.name,
                left=format_amount(say.env, self.amount_total, self.currency_id),
            ),
        )

    def _ar_reopen_undone(self):
        """A case that was paid is not, any more: it goes on where it stood.

        Nothing leaves without its owner: the stage's letter was sent already, or is
        planned for approval. Where it cannot go on (another case has taken the
        invoice, the customer is insolvent), its owner knows from the alert.
        """
        why = self._ar_told().env._("A payment was undone.")
        others = self.line_ids.item_id.case_id
        if self.debtor_id.insolvency or others:
            return
        self._ar_reopen(why, actor="ar")

    def _ar_follow_account(self, lines):
        """Items that went to another account take their case along.

        All of them: the case is the other customer's. Some: those leave the case.
        """
        moved = lines.filtered(lambda ln: ln.item_id.debtor_id != self.debtor_id)
        held = self.line_ids.filtered("item_id")
        if not moved or not self._ar_is_open():
            return
        targets = held.item_id.debtor_id
        if len(targets) == 1 and targets.company_id == self.company_id:
            self.write({"debtor_id": targets.id, "partner_id": targets.partner_id.id})
            return
        why = self._ar_told().env._("It is another customer's by now.")
        for line in moved.filtered("active"):
            self._ar_take_out(line, why, actor="ar")
