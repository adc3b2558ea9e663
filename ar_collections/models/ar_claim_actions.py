from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from ..engine.claim_states import ClaimState


class ArClaimActions(models.Model):
    """What people make of a claim: waived, cashed, invoiced; each by name."""

    _inherit = "ar.claim"

    def _ar_check_group(self, *groups):
        """Refuse whoever has none of these roles.

        :raise AccessError: names the roles
        """
        if self.env.su or any(self.env.user.has_group(g) for g in groups):
            return
        names = [self.env.ref(g).sudo().display_name for g in groups]
        raise AccessError(
            self.env._("This is for: %(groups)s.", groups=", ".join(names))
        )

    def _ar_wizard(self, model, name, **values):
        """Open a dialog about these claims."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_claim_ids": self.ids, **values},
        }

    def action_waive(self):
        """Ask why these claims are waived."""
        name = self.env._("Waive claims")
        return self._ar_wizard("ar.claim.close", name, default_mode="waive")

    def action_cash(self):
        """Ask what was received of these claims."""
        name = self.env._("Record as cashed")
        return self._ar_wizard("ar.claim.close", name, default_mode="cash")

    def action_invoice(self):
        """Ask how to invoice these claims."""
        return self._ar_wizard("ar.claim.invoice", self.env._("Invoice claims"))

    def _ar_waive(self, reason):
        """Give these claims up, for good unless a person takes it back.

        :param str reason: why; told on the timeline with the name of the user
        :raise AccessError: for anybody but a credit manager
        :raise UserError: without a reason, or when nothing is left to waive
        """
        self._ar_check_group("ar_collections.group_manager")
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Tell why the claims are waived."))
        for claim in self:
            if claim.currency_id.is_zero(claim.amount_open):
                raise UserError(
                    self.env._(
                        "Nothing is left of %(claim)s.", claim=claim.display_name
                    )
                )
        for claim in self.sudo():
            left = claim.amount_open
            claim._update_state(
                ClaimState.WAIVED,
                {
                    "waived_by_id": self.env.uid,
                    "waived_at": fields.Datetime.now(),
                    "waive_reason": reason,
                },
                strict=True,
            )
            claim._ar_event("claim_waived", left, reason)
        self.sudo()._ar_follow()

    def action_restore(self):
        """Take the waiver back: the claim is computed again."""
        self._ar_check_group("ar_collections.group_manager")
        self.check_access("read")
        waived = self.sudo().filtered(lambda c: c.state == ClaimState.WAIVED.value)
        for claim in waived:
            claim._update_state(
                ClaimState.CLAIMED if claim.claimed_on else ClaimState.ACCRUING,
                {"waived_by_id": False, "waived_at": False, "waive_reason": False},
            )
        waived._ar_accrue(waived.move_id.ids)
        waived._ar_follow()
        for claim in waived:
            claim._ar_event("claim_restored", claim.amount_open)

    def _ar_cash(self, amount, date, note=False):
        """The customer paid so much of one claim, outside an invoice of claims.

        :param float amount: in the currency of the claim
        :raise AccessError: for anybody but a credit manager or an accountant
        :raise UserError: when it is more than what is still claimed
        """
        self.ensure_one()
        self._ar_check_group(
            "ar_collections.group_manager", "account.group_account_invoice"
        )
        self.check_access("read")
        currency = self.currency_id
        if (
            self.state == ClaimState.WAIVED.value
            or currency.compare_amounts(amount, 0) <= 0
            or currency.compare_amounts(amount, self.amount_open) > 0
        ):
            raise UserError(
                self.env._(
                    "%(amount)s is still claimed of %(claim)s.",
                    amount=format_amount(self.env, self.amount_open, currency),
                    claim=self.display_name,
                )
            )
        self.env["ar.claim.settlement"].sudo().create(
            {
                "claim_id": self.id,
                "how": "cashed",
                "date": date,
                "user_id": self.env.uid,
                "amount": currency.round(amount),
                "note": note,
            }
        )
        self.sudo()._ar_follow()
        self.sudo()._ar_event("claim_cashed", amount, note)

    def _ar_claimed(self, rows, day):
        """The customer was told these amounts on that day.

        :param rows: ``claims["rows"]`` of the content of a reminder
        """
        move_ids = [row["move_id"] for row in rows]
        self._ar_accrue(move_ids)
        told = {row["move_id"]: row for row in rows}
        for claim in self.search([("move_id", "in", move_ids)]):
            cents = told[claim.move_id.id][claim.kind]
            if not cents or claim.state == ClaimState.WAIVED.value:
                continue
            claim.write(
                {
                    "claimed_on": claim.claimed_on or day,
                    "last_claimed_on": day,
                    "amount_claimed": cents / 10**claim.currency_id.decimal_places,
                }
            )
            if claim.state == ClaimState.ACCRUING.value:
                claim._update_state(ClaimState.CLAIMED)

    def _ar_event(self, kind, amount, note=False):
        """Tell on the timeline what a person made of one claim."""
        self.ensure_one()
        currency = self.currency_id
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": self.company_id.id,
                    "debtor_id": self.debtor_id.id,
                    "partner_id": self.partner_id.id,
                    "move_ids": self.move_id.ids,
                    "res_model": self._name,
                    "res_id": self.id,
                    "summary": " · ".join(
                        filter(
                            None,
                            [
                                self.display_name,
                                format_amount(self.env, amount, currency),
                                note,
                            ],
                        )
                    ),
                    "payload": {
                        "claim": self.kind,
                        "number": self.move_id.name,
                        "cents": round(amount * 10**currency.decimal_places),
                        "currency": currency.name,
                        "note": note or "",
                    },
                }
            ]
        )
