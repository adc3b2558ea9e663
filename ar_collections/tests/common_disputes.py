from odoo.tests import Form, new_test_user

from .common import ArCommon


class DisputesCommon(ArCommon):
    """Colleagues of several departments, and ways to contest an invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: cls.person(name, groups)
            for name, groups in {
                "sam": "base.group_user",
                "lena": "base.group_user",
                "bill": "base.group_user,account.group_account_invoice",
                "cora": "ar_collections.group_user",
            }.items()
        }
        cls.company.ar_collector_id = cls.people["cora"]

    @classmethod
    def person(cls, name, groups):
        user = new_test_user(
            cls.env,
            f"ar_dispute_{name}",
            groups=groups,
            name=name.title(),
            email=f"{name}@works.example",
            company_id=cls.company.id,
        )
        return user.with_context(no_reset_password=True)

    @classmethod
    def reason(cls, code):
        return cls.env.ref(f"ar_collections.reason_{code}")

    @classmethod
    def contest(cls, move, amount=None, code="price", **vals):
        """Open a dispute as a program would; the same key is the same dispute."""
        return cls.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": move.id,
                    "source": vals.pop("source", "person"),
                    "reason_code": code,
                    **({"amount": amount} if amount else {}),
                    **vals,
                }
            ]
        )

    @classmethod
    def credit(cls, move, amount, post=True):
        """A credit note of an invoice, outside any dispute."""
        credit = move._reverse_moves([{"invoice_date": cls.today}])
        credit.invoice_line_ids.price_unit = amount
        if post:
            credit.action_post()
        return credit

    def reversal(self, action, user=None):
        """Odoo's credit note dialog as this action opens it, left as it is filled."""
        Reversal = self.env["account.move.reversal"].with_user(user or self.env.user)
        return Form(Reversal.with_context(**action["context"])).save()

    def kinds(self, move):
        """Kinds of facts on the timeline of an invoice, oldest first."""
        links = self.env["ar.event.link"].search([("move_id", "=", move.id)])
        return links.event_id.sorted("id").mapped("kind")
