from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestCopies(ArCommon):
    """A copied database must not write to customers."""

    def test_automation_refuses_to_run_beside_another_dunning(self):
        cron = self.env["ir.cron"].sudo().search([], limit=1)
        rival = cron.copy({"name": "Follow-up: send", "active": True})
        self.env["ir.model.data"].sudo().create(
            {
                "module": "account_followup",
                "name": "cron_send",
                "model": "ir.cron",
                "res_id": rival.id,
            }
        )
        with self.assertRaisesRegex(UserError, "Follow-up: send"):
            self.company.ar_automation = True
        rival.active = False
        self.company.ar_automation = True
        self.assertTrue(self.company._ar_automation_on())

    def test_automation_holds_under_another_database_uuid(self):
        self.company.ar_automation = True
        self.assertTrue(self.company._ar_automation_on())
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("database.uuid", "a-copy")
        self.assertFalse(self.company._ar_automation_on())
        self.company.ar_automation = True
        self.assertTrue(self.company._ar_automation_on(), "switched on here on purpose")
