"""The page “Pay” and the one after it, over HTTP."""

from urllib.parse import urlsplit

from odoo.tests import tagged

from ..clients.stripe_checkout import CheckoutDown
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestPayPage(PayCommon):
    def choose(self, path=None, **values):
        path = path or f"{self.path}/pay"
        return self.url_open(
            path,
            data={
                "csrf_token": values.get("csrf_token") or self.csrf(path),
                "click": "k" * 24,
                "item": self.item.id,
                **values,
            },
            allow_redirects=False,
        )

    def requests(self):
        self.env.invalidate_all()
        return self.env["ar.payment.request"].search(
            [("debtor_id", "=", self.debtor.id)]
        )

    def test_looking_makes_nothing(self):
        page = self.get(f"{self.path}/pay")
        self.assertIn(self.invoice.name, page.text)
        self.assertNotIn(self.foreign.name, page.text)
        self.assertIn("Test mode", page.text)
        self.assertFalse(self.requests())
        self.assertIn(f"{self.path}/pay", self.get(self.path).text)

    def test_a_choice_leads_to_the_payment_page(self):
        answer = self.choose()
        self.assertEqual(answer.status_code, 200)
        request = self.requests()
        self.assertIn(request.checkout_url, answer.headers["Refresh"])
        self.assertIn(request.checkout_url, answer.text)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        again = self.choose()
        self.assertIn(request.checkout_url, again.text)
        self.assertEqual(len(self.requests()), 1)

    def test_a_part_needs_a_reason_and_never_exceeds_what_is_open(self):
        amount = f"amount_{self.item.id}"
        for values, words in (
            ({amount: "40"}, "Tell us why"),
            ({amount: "100.01"}, "more than what is open"),
            ({amount: "nan"}, "Enter an amount"),
            ({amount: "-5"}, "Enter an amount"),
            ({amount: "0.50", "reason": "later"}, "smallest payment"),
            ({"item": []}, "Tick at least one"),
            ({"item": [self.foreign_debtor.item_ids.id]}, "no longer open"),
            ({"click": "short"}, "choose your invoices again"),
        ):
            answer = self.choose(**values)
            self.assertEqual(answer.status_code, 422, values)
            self.assertIn(words, answer.text)
        self.assertFalse(self.requests())
        self.assertEqual(
            self.choose(**{amount: "40", "reason": "later"}).status_code, 200
        )
        self.assertAlmostEqual(self.requests().amount, 40)
        self.assertTrue(self.events("notice_pay_started"))

    def test_parts_can_be_switched_off(self):
        self.company.ar_pay_partial = False
        answer = self.choose(**{f"amount_{self.item.id}": "40", "reason": "later"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("in full", answer.text)

    def test_stale_page(self):
        path = f"{self.path}/pay"
        token = self.csrf(path)
        self.pay(self.invoice, 30.0)
        answer = self.choose(csrf_token=token, **{f"amount_{self.item.id}": "100"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("more than what is open", answer.text)

    def test_service_down_is_told_and_nothing_stays(self):
        self.service.broken = CheckoutDown("timeout")
        answer = self.choose()
        self.assertEqual(answer.status_code, 422)
        self.assertIn("does not answer", answer.text)
        self.assertFalse(self.requests())

    def test_switched_off_is_gone(self):
        token = self.csrf(f"{self.path}/pay")
        self.company.ar_pay = False
        self.assertEqual(self.get(f"{self.path}/pay").status_code, 303)
        self.assertEqual(self.choose(csrf_token=token).status_code, 303)
        self.assertNotIn(f"{self.path}/pay", self.get(self.path).text)

    def test_the_page_after_commands_nothing(self):
        self.choose()
        request = self.requests()
        order = self.service.sessions[request.checkout]["order"]
        back = urlsplit(order.success_url).path
        page = self.get(back)
        self.assertIn("waiting for the confirmation", page.text)
        self.assertIn("Refresh", page.headers)
        self.assertIn(self.path, page.text)
        self.assertIn("Nothing was paid", self.get(f"{back}?back=1").text)
        self.assertEqual(self.requests().state, "draft")
        self.assertEqual(self.get(f"{back[:-1]}x").status_code, 404)
        self.assertEqual(self.get(f"/ar/paid/ARP-0/{'x' * 43}").status_code, 404)
        self.take_in(self.completed(request))
        self.assertIn("has arrived", self.get(back).text)
        self.assertIn("Your online payments", self.get(self.path).text)

    def test_logged_in(self):
        user = self.portal_user()
        self.authenticate(user.login, user.login)
        # The language may be put before the address.
        page = self.url_open(f"/my/receivables/{self.debtor.id}/pay")
        self.assertIn(self.invoice.name, page.text)
        self.assertEqual(self.choose(urlsplit(page.url).path).status_code, 200)
        self.assertTrue(self.requests())
        foreign = self.url_open(f"/my/receivables/{self.foreign_debtor.id}/pay")
        self.assertNotIn(self.foreign.name, foreign.text)
        self.assertFalse(urlsplit(foreign.url).path.endswith("/pay"))

    def test_limit(self):
        link = self.link[:1]
        self.fill_limit("pay", f"link:{link.id}", 20)
        self.assertEqual(self.choose().status_code, 429)
