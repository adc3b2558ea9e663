from datetime import datetime, time, timedelta

from freezegun import freeze_time

from .common import ArCommon


class PlanCommon(ArCommon):
    """Ways to make instalment plans, and to walk through their days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.three = cls.env["ar.payment.plan.template"].create(
            {"name": "3 × 30 days", "count": 3, "every": 30, "unit": "days"}
            | {"after": 30, "grace_days": 8}
        )
        cls.invoice = cls.make_invoice(300, overdue=20)
        cls.debtor = cls.refresh()
        cls.item = cls.invoice.ar_item_ids

    def prepare(self, items=None, template=None, **rules):
        return self.env["ar.payment.plan"]._ar_prepare(
            items or self.item, template or self.three, self.today, rules
        )

    def accepted(self, **rules):
        plan = self.prepare(**rules)
        plan._ar_accept("Mrs Bertin", {"kind": "reply", "note": "Her mail of today"})
        return plan

    def at(self, days):
        """Noon, in UTC, so many days after today: the same day in Paris."""
        day = self.today + timedelta(days=days)
        return freeze_time(datetime.combine(day, time(12)))

    def told(self):
        self.refresh()
        return self.debtor.explain()
