from odoo import models

#: Documents of a case that its customer may open.
FOR_CUSTOMER = ("formal_notice",)


class ArCase(models.Model):
    """What the customer sees of a recovery case on his page."""

    _inherit = "ar.case"

    def _ar_action_url(self, recipient):
        """A fresh link to what this case covers; see ``ar.debtor._ar_action_url``."""
        self.ensure_one()
        case = self.sudo()
        if not recipient or not case._ar_portal_shown(case.debtor_id):
            return super()._ar_action_url(recipient)
        if not case.debtor_id._ar_portal_open():
            return super()._ar_action_url(recipient)
        return self.env["ar.portal.link"]._ar_issue(
            case.debtor_id, recipient, case=case
        )

    def _ar_portal_shown(self, debtor):
        """Whether a link to this case can show anything of this account."""
        self.ensure_one()
        return (
            self.state != "requested"
            and self.debtor_id == debtor
            and bool(self.line_ids.move_id)
        )

    def _ar_portal_moves(self):
        """Invoices of this case; their context names its instalments."""
        lines = self.line_ids
        return lines.move_id.with_context(ar_portal_items=tuple(lines.item_id.ids))

    def _ar_portal_documents(self):
        """Documents that the customer may open, latest first, with their files."""
        return self.document_ids.filtered(
            lambda d: d.kind in FOR_CUSTOMER and d.attachment_id
        ).sorted("date", reverse=True)

    def _ar_portal_told(self):
        """What the customer reads, in the language of the context.

        :return: ``{"name", "title", "words", "deadline", "documents"}``
        """
        self.ensure_one()
        title, words = self._ar_portal_words()
        return {
            "name": self.name,
            "title": title,
            "words": words,
            "deadline": self.deadline if self.state != "closed" else False,
            "documents": self._ar_portal_documents(),
        }

    def _ar_portal_words(self):
        """``(title, sentence)`` about where the case stands, for the customer."""
        _ = self.env._
        if self.state == "closed":
            return _("This file is closed"), self._ar_portal_end()
        return {
            "formal_notice": (
                _("Formal notice to pay"),
                _("Pay what is listed below, or answer us, before the deadline."),
            ),
            "injunction": (
                _("A court is being asked to order the payment"),
                _("You can still pay, or answer us, to end the proceedings."),
            ),
            "order": (
                _("A court has ordered the payment"),
                _("Pay what is listed below, or contact us without delay."),
            ),
        }.get(
            self.state,
            (
                _("Your invoices are with our recovery service"),
                _("Pay what is listed below, or answer us, to avoid further steps."),
            ),
        )

    def _ar_portal_end(self):
        """How a closed case ended, for the customer."""
        if self.outcome == "paid":
            return self.env._("Everything was paid. Thank you.")
        if self.outcome == "settled":
            return self.env._("Nothing more is asked of you in this file.")
        return self.env._("Please contact us about what is still open.")
