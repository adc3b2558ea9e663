from odoo import api, models
from odoo.tools import SQL

from ..models.ar_debtor_insolvency import KEPT

#: Tables whose rows follow the account that stays.
FOLLOWERS = (
    "ar_item",
    "ar_reminder",
    "ar_payment_notice",
    "ar_dispute",
    "ar_claim",
    "ar_reply_suggestion",
    "ar_payment_plan",
    "ar_case",
    "ar_event_link",
)
#: What people set by hand on the account that goes, kept when the other has none.
INHERITED = (
    "collector_id",
    "contact_id",
    "escalation_contact_id",
    "paying_centre_id",
    "hold_until",
    "hold_reason",
    "insolvency",
    "insolvency_date",
    "insolvency_publication_date",
    "insolvency_practitioner_id",
    "insolvency_declared_on",
    "note",
)


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Fold the accounts of the merged contacts before the contacts merge.

        Core resolves a UNIQUE conflict by deleting rows, which here would lose
        the ladder, the disputes and the announced payments of a customer.
        """
        debtors = self.env["ar.debtor"].sudo().with_context(active_test=False)
        for source in debtors.search([("partner_id", "in", src_partners.ids)]):
            target = debtors.search(
                [
                    ("partner_id", "=", dst_partner.commercial_partner_id.id),
                    ("company_id", "=", source.company_id.id),
                ]
            )
            if target and target != source:
                self._ar_fold(source, target)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["ar.dirty"]._ar_mark(dst_partner.commercial_partner_id.ids, "merged")
        return result

    @api.model
    def _ar_values(self, source, names):
        """Values of an account as ``write`` takes them."""
        return {
            name: source._fields[name].convert_to_write(source[name], source)
            for name in names
        }

    @api.model
    def _ar_fold(self, source, target):
        """Everything that hangs on one account goes to the other."""
        self._ar_close_doubles(source, target)
        if source.insolvency and not target.insolvency:
            # The proceedings are one thing, with their declaration and its proof.
            target.write(self._ar_values(source, ("insolvency", *KEPT)))
        missing = [n for n in INHERITED if source[n] and not target[n]]
        target.write(self._ar_values(source, missing))
        if source.no_chasing:
            target.no_chasing = True
        if source.hold_until and source.hold_until > target.hold_until:
            target.hold_until = source.hold_until
        if source.strategy_manual and not target.strategy_manual:
            target.write(
                {"strategy_id": source.strategy_id.id, "strategy_manual": True}
            )
        self.env.flush_all()
        for table in FOLLOWERS:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET debtor_id = %s WHERE debtor_id = %s",
                    SQL.identifier(table),
                    target.id,
                    source.id,
                )
            )
        self._ar_move_thread(source, target)
        self.env.invalidate_all()
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "account_merged",
                    "company_id": target.company_id.id,
                    "debtor_id": target.id,
                    "partner_id": source.partner_id.id,
                    "summary": self.env._(
                        "The account of %(name)s was merged into this one.",
                        name=source.partner_id.display_name,
                    ),
                }
            ]
        )
        source.unlink()

    @api.model
    def _ar_move_thread(self, source, target):
        """Messages and activities follow, by their plain pointers."""
        for table in ("mail_message", "mail_activity"):
            column = "model" if table == "mail_message" else "res_model"
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET res_id = %s WHERE %s = 'ar.debtor' AND res_id = %s",
                    SQL.identifier(table),
                    target.id,
                    SQL.identifier(column),
                    source.id,
                )
            )

    @api.model
    def _ar_close_doubles(self, source, target):
        """Both accounts may have a reminder under way, or the same step sent."""
        waiting = (source + target).reminder_ids.filtered(
            lambda r: r.state in ("planned", "approved", "failed")
        )
        waiting._update_state("cancelled", {"cancel_code": "superseded"})
        leaving = source.reminder_ids.filtered(
            lambda r: r.state in ("sending", "in_doubt")
        )
        leaving.write({"unit_key": f"account/{source.id}"})
        # Other cycles keep the two histories apart under the unique index.
        cycles = (
            source.reminder_ids.mapped("cycle"),
            target.reminder_ids.mapped("cycle"),
        )
        shift = sum(max(each, default=0) for each in cycles)
        for reminder in source.reminder_ids:
            reminder.cycle += shift
