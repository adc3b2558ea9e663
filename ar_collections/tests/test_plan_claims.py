from datetime import timedelta

from odoo.tests import tagged

from .common_claims import ClaimsCommon


@tagged("post_install", "-at_install")
class TestPlanClaims(ClaimsCommon):
    """A plan may suspend late interest; it does not unless it says so."""

    def accepted(self, **rules):
        template = self.env.ref("ar_collections.ar_plan_template_three")
        plan = self.env["ar.payment.plan"]._ar_prepare(
            self.invoice.ar_item_ids, template, self.today, rules
        )
        day = self.today - timedelta(days=20)
        plan._ar_accept("Mrs Bertin", {"accepted_on": day})
        self.accrue()
        return plan

    def test_interest_goes_on_during_a_plan(self):
        self.accepted()
        self.assertEqual(self.claim().amount, 184.93)

    def test_a_plan_may_suspend_interest_until_it_is_given_up(self):
        plan = self.accepted(freeze_claims=True)
        # 9 days: up to the day before the acceptance, the 10th day late.
        self.assertEqual(self.claim().amount, 55.48)
        plan.action_cancel()
        self.accrue()
        self.assertEqual(self.claim().amount, 184.93)
