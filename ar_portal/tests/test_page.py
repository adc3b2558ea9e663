from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.tests import tagged

from .common import PortalCommon

#: What the customer sees and what must not move when he only looks.
WATCHED = {
    "ar_item": "id, residual, disputed, announced, blockers, is_open",
    "ar_debtor": "id, amount_due, decision, hold_until, write_date",
    "ar_payment_notice": "id, state, write_date",
    "ar_dispute": "id, state",
    "ar_payment_proof": "id",
    "ar_reminder": "id, state",
    "account_move": "id, state, payment_state, write_date",
    "mail_message": "id",
    "mail_mail": "id",
    "ir_attachment": "id",
    "ar_dirty": "id",
}


@tagged("post_install", "-at_install")
class TestPage(PortalCommon):
    """The account page, as a browser gets it."""

    def state(self):
        self.env.flush_all()
        seen = {}
        for table, columns in WATCHED.items():
            self.env.cr.execute(f"SELECT {columns} FROM {table} ORDER BY id")
            seen[table] = self.env.cr.fetchall()
        return seen

    def test_the_page_tells_what_is_open(self):
        self.make_invoice(30.0, overdue=-20, move_type="out_refund")
        page = self.get(self.path)
        self.assertEqual(page.status_code, 200)
        text = " ".join(page.text.replace("\xa0", " ").split())
        for number in (self.invoice.name, self.later.name):
            self.assertIn(number, text)
        self.assertIn("10 days late", text)
        self.assertIn("Due in 5 days", text)
        self.assertIn("One invoice is past its due date", text)
        self.assertIn("In your favour", text)
        self.assertIn("Sophie Laurent", text)
        self.assertIn("sophie@example.com", text)
        balance = text.split("Balance</dt>")[1].split("</dd>")[0]
        self.assertIn(">320.00<", balance)
        self.assertNotIn(self.foreign.name, text)
        self.assertNotIn("Garage Petit", text)

    def test_amounts_are_those_of_now(self):
        self.make_invoice(40.0, overdue=0, move_type="out_refund")
        self.debtor.plan()
        credit = self.env["account.move"].search([("move_type", "=", "out_refund")])
        lines = (self.invoice + credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        text = self.get(self.path).text
        self.assertIn(">60.00<", text)
        self.assertNotIn(">100.00<", text)

    def test_security_headers(self):
        for path in (self.path, f"{self.path}/proof", "/ar/a/unknown"):
            headers = self.get(path).headers
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Frame-Options"], "DENY")
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertIn("no-store", headers["Cache-Control"])
            self.assertIn("noindex", headers["X-Robots-Tag"])
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")

    def test_the_page_needs_no_script(self):
        for path in (self.path, f"{self.path}/proof"):
            self.assertNotIn("<script", self.get(path).text)

    def test_looking_appends_one_fact_and_changes_nothing(self):
        before = self.state()
        for _visit in range(3):
            for path in ("", "/proof", f"/proof?item={self.item.id}"):
                self.assertEqual(self.get(self.path + path).status_code, 200)
        self.assertEqual(self.state(), before)
        events = self.env["ar.event"].search([("kind", "=", "link_opened")])
        self.assertEqual(len(events), 1)
        self.assertEqual(events.debtor_ref, self.debtor.id)
        self.link.invalidate_recordset()
        self.assertEqual(self.link.use_count, 3)
        self.assertTrue(self.link.last_used)

    def test_a_scanner_that_asks_for_headers_opens_nothing(self):
        self.opener.head(self.base_url() + self.path)
        self.assertFalse(self.env["ar.event"].search([("kind", "=", "link_opened")]))

    def test_the_page_speaks_the_recipients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        page = self.get(self.path)
        self.assertIn('lang="fr-FR"', page.text)
        self.assertIn("J’ai déjà payé", page.text)
        self.assertIn("10 jours de retard", " ".join(page.text.split()))
        english = self.get(f"{self.path}?lang=en_US")
        self.assertIn('lang="en-US"', english.text)
        self.assertIn("lang=en_US", english.text.split("/proof")[1][:20])
        nonsense = self.get(f"{self.path}?lang=xx_XX")
        self.assertIn('lang="fr-FR"', nonsense.text)

    def test_currencies_are_kept_apart(self):
        other = self.env["res.currency"].search(
            [("active", "=", False), ("name", "=", "CHF")]
        )
        other.active = True
        self.make_invoice(55.0, overdue=3, currency_id=other.id)
        totals = self.debtor._ar_portal_totals(self.debtor._ar_portal_items())
        overdue = {t["currency"].name: t["overdue"] for t in totals}
        self.assertEqual(overdue, {self.company.currency_id.name: 100.0, "CHF": 55.0})

    def test_a_disputed_invoice_is_under_review(self):
        self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": self.invoice.id,
                    "source": "portal",
                    "source_key": "test",
                    "reason_code": "price",
                    "amount": 20.0,
                }
            ]
        )
        item = self.debtor._ar_portal_items()[0]
        self.assertEqual(item["status"], "disputed")
        self.assertEqual(item["page"].free(), 8000)

    def test_the_number_of_queries_does_not_grow_with_items(self):
        def count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.debtor._ar_portal_items()
            return self.cr.sql_log_count - before

        count()
        few = count()
        for _more in range(12):
            self.make_invoice(10.0, overdue=4)
        self.debtor.plan()
        self.assertLessEqual(count(), few + 1)

    def test_an_invoice_opens_only_for_its_customer(self):
        mine = self.get(f"{self.path}/invoice/{self.invoice.id}")
        self.assertEqual(mine.status_code, 200)
        self.assertIn(self.invoice.name, mine.text)
        self.assertEqual(mine.headers["X-Content-Type-Options"], "nosniff")
        for move_id in (self.foreign.id, 0, 10**9):
            answer = self.get(f"{self.path}/invoice/{move_id}")
            self.assertEqual(answer.status_code, 404)
        draft = self.invoice.copy()
        self.assertEqual(self.get(f"{self.path}/invoice/{draft.id}").status_code, 404)

    def test_an_invoice_follows_its_lines_when_a_contact_moves(self):
        Partner = self.env["res.partner"]
        person = Partner.create({"name": "Jean Petit"})
        site = Partner.create({"name": "Site", "parent_id": person.id})
        move = self.make_invoice(60.0, partner=site)
        firm = Partner.create({"name": "Petit SA", "is_company": True})
        person.parent_id = firm
        self.env["ar.debtor"]._ar_refresh({firm.id})
        debtor = self.env["ar.debtor"].search([("partner_id", "=", firm.id)])
        self.assertEqual([i["move"] for i in debtor._ar_portal_items()], [move])
        self.assertEqual(debtor._ar_portal_invoice(move.id), move)
        self.assertFalse(self.debtor._ar_portal_invoice(move.id))

    def test_a_visit_that_was_beaten_by_another_still_gets_its_page(self):
        def beaten(*args):
            raise UniqueViolation("the same hour of the same link")

        with patch.object(type(self.env["ar.event"]), "_ar_record", beaten):
            answer = self.get(self.path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.invoice.name, answer.text)

    def test_a_markup_name_is_shown_as_text(self):
        self.customer.name = "<img src=x onerror=alert(1)>"
        self.assertNotIn("<img src=x", self.get(self.path).text)
