from odoo import api, models
from odoo.exceptions import UserError

from .ar_case import OPEN_STATES


class ArCaseButtons(models.Model):
    """Buttons of the form of a case."""

    _inherit = "ar.case"

    @api.depends("name", "partner_id")
    @api.depends_context("ar_customer")
    def _compute_display_name(self):
        """With its customer, where nothing else on the screen names him."""
        if not self.env.context.get("ar_customer"):
            return super()._compute_display_name()
        for case in self:
            who = case.sudo().partner_id.name or case.request_customer
            case.display_name = " · ".join(filter(None, [case.name, who]))

    def _ar_show(self):
        """The form of this case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_decide(self):
        """Ask for what the decision named in the context needs.

        The button gives ``ar_mode``: a mode of the dialog ``ar.case.decide``.
        """
        self.ensure_one()
        self.check_access("write")
        mode = self.env.context.get("ar_mode") or "stage"
        labels = self.env["ar.case.decide"]._fields["mode"]
        return {
            "type": "ir.actions.act_window",
            "name": dict(labels._description_selection(self.env)).get(mode, self.name),
            "res_model": "ar.case.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id, "default_mode": mode},
        }

    def action_write_off(self):
        """Ask where to write what is open off."""
        self.ensure_one()
        self.check_access("write")
        self._ar_check_booker()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write off"),
            "res_model": "ar.case.write.off",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def action_next_stage(self):
        """Go to the stage that comes next.

        :raise UserError: when there is none before the end
        """
        self.check_access("write")
        for case in self:
            later = case._ar_later_stages().filtered(lambda s: s.state in OPEN_STATES)
            if not later:
                raise UserError(self.env._("This is the last stage: close the case."))
            case._ar_go(later[0])
        return True

    def action_plan_contact(self):
        """Plan the letter of this stage, when it has none under way.

        :raise UserError: when it has, or the stage writes to nobody
        """
        self.ensure_one()
        self.check_access("write")
        if not self._ar_plan_contact():
            raise UserError(
                self.env._("The letter of this stage is planned, or sent, already.")
            )
        return self.action_open_reminders()

    def action_open_reminders(self):
        """Contacts of this case."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_reminder_action"
        )
        action["domain"] = [("case_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_open_account(self):
        """The account that this case is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.debtor",
            "res_id": self.debtor_id.id,
            "view_mode": "form",
        }
