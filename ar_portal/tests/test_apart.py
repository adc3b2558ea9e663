import re
import threading
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import Command, http, sql_db
from odoo.tests import tagged

from .common import PortalCommon

#: Values for the parameters of routes, none of which exists.
UNKNOWN = {"string": "x" * 43, "int": "999999999"}


def example(rule):
    """An address of a route, with unknown values in it."""

    def value(match):
        kind, _colon, _name = match[1].rpartition(":")
        if kind.startswith("any("):
            return kind[4:-1].split(",")[0]
        return UNKNOWN.get(kind.partition("(")[0], "x")

    return re.sub(r"<([^>]+)>", value, rule)


@tagged("post_install", "-at_install")
class TestApart(PortalCommon):
    """Who is not this customer: another company, an employee, nobody in particular."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = cls.env["res.users"].with_context(no_reset_password=True)
        contact = cls.env["res.partner"].create(
            {"name": "Claire", "parent_id": cls.customer.id, "lang": "en_US"}
        )
        portal, employee = (
            {"group_ids": [Command.set(cls.env.ref(group).ids)], "password": login}
            | {"login": login, "name": login, "email": f"{login}@example.com"}
            for login, group in (
                ("apart.portal", "base.group_portal"),
                ("apart.employee", "base.group_user"),
            )
        )
        users.create([{**portal, "partner_id": contact.id}, employee])
        cls.other = cls.setup_other_company(name="Second seller")["company"]
        cls.other.ar_stale_bank_days = 0
        there = cls.env["account.move"].with_company(cls.other)
        cls.elsewhere = there.create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": cls.today,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 777, "tax_ids": []})
                ],
            }
        )
        cls.elsewhere.name = "OTHER/SELLER/1"
        cls.elsewhere.action_post()
        cls.second = cls.env["ar.debtor"]._ar_of_moves(cls.elsewhere)
        cls.second.plan()
        cls.env.flush_all()

    def rules(self):
        """All rules of the router, which names the thread's database in its log."""
        thread, name = threading.current_thread(), self.env.cr.dbname
        with patch.object(thread, "dbname", name, create=True):
            return list(self.env["ir.http"].routing_map().iter_rules())

    def routes(self):
        """``{address: routing}`` of every GET that our controllers answer."""
        found = {}
        for rule in self.rules():
            endpoint = rule.endpoint
            # The outermost class of an inherited controller need not be ours.
            module = getattr(endpoint.func, "__module__", "")
            if "GET" in (rule.methods or {"GET"}) and ".ar_portal." in module:
                found[example(rule.rule)] = endpoint.routing
        return found

    def test_unknown_tokens_and_ids_open_nothing_anywhere(self):
        routes = self.routes()
        self.assertGreater(len(routes), 12)
        for path, routing in routes.items():
            with self.subTest(path=path):
                answer = self.url_open(path, timeout=60)
                where = urlsplit(answer.url).path
                if routing["auth"] == "user":
                    self.assertEqual(where.removeprefix("/en"), "/web/login")
                elif path.startswith("/ar/a/"):
                    self.assertEqual(answer.status_code, 404)
                self.assertNotIn(self.customer.name, answer.text)

    def test_every_route_that_takes_a_form_checks_its_origin(self):
        for rule in self.rules():
            if not rule.rule.startswith(("/ar/a/", "/my/receivables")):
                continue
            routing = rule.endpoint.routing
            with self.subTest(rule=rule.rule):
                self.assertEqual(routing["type"], http.HttpDispatcher.routing_type)
                self.assertTrue(routing.get("csrf", True))

    def test_two_sellers_are_two_accounts(self):
        self.authenticate("apart.portal", "apart.portal")
        both = self.url_open("/my/receivables").text
        self.assertIn("Second seller", both)
        self.assertIn(self.company.name, both)
        first = self.url_open(f"/my/receivables/{self.debtor.id}").text
        second = self.url_open(f"/my/receivables/{self.second.id}").text
        self.assertNotIn(self.elsewhere.name, first)
        self.assertIn(self.elsewhere.name, second)
        self.assertNotIn(self.invoice.name, second)
        crossed = f"/my/receivables/{self.debtor.id}/invoice/{self.elsewhere.id}"
        self.assertTrue(self.url_open(crossed).url.endswith("/my"))

    def test_a_link_of_one_seller_opens_nothing_of_the_other(self):
        self.assertNotIn(self.elsewhere.name, self.get(self.path).text)
        path = f"{self.path}/invoice/{self.elsewhere.id}"
        self.assertEqual(self.get(path).status_code, 404)
        theirs = self.second.item_ids.id
        archive = self.get(f"{self.path}/invoices.zip?item={theirs}")
        self.assertEqual(archive.status_code, 303)
        self.assertNotIn(self.elsewhere.name, self.get(f"{self.path}/proof").text)
        self.assertEqual(self.send(item=theirs).status_code, 422)

    def test_an_ordinary_employee_sees_no_customer(self):
        self.authenticate("apart.employee", "apart.employee")
        page = self.url_open("/my/receivables").text
        self.assertNotIn(self.customer.name, page)
        for path in (
            "",
            "/proof",
            "/statement.pdf",
            f"/invoice/{self.invoice.id}",
            "/invoices.zip",
        ):
            answer = self.url_open(f"/my/receivables/{self.debtor.id}{path}")
            self.assertNotIn(self.invoice.name, answer.text)
            self.assertNotIn("/receivables/", urlsplit(answer.url).path)

    def test_the_whole_page_costs_the_same_queries_for_few_and_many(self):
        def cost():
            self.env.flush_all()
            before = sql_db.sql_counter
            self.assertEqual(self.get(self.path).status_code, 200)
            return sql_db.sql_counter - before

        for _more in range(3):
            self.make_invoice(10.0, overdue=4)
        self.debtor.plan()
        cost()
        few = cost()
        for _more in range(45):
            self.make_invoice(10.0, overdue=4)
        self.debtor.plan()
        cost()
        many = cost()
        self.assertGreater(few, 10)
        self.assertLessEqual(many, few + 2)
