import logging
import time
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..engine.tokens import token_hash
from ..models.ar_portal_link import LIVE_LINKS
from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestLink(PortalCommon):
    """Links: what they keep, what they open, when they stop."""

    def closed(self, path):
        """The comparable part of the answer to a link that opens nothing."""
        answer = self.get(path)
        token = path.rsplit("/", 1)[-1]
        text = answer.text.replace(token, "TOKEN")
        for volatile in ("nonce=", 'name="csrf_token"'):
            text = "\n".join(ln for ln in text.splitlines() if volatile not in ln)
        return answer.status_code, text

    def test_only_the_hash_is_kept(self):
        token = self.path.rsplit("/", 1)[-1]
        self.env.cr.execute("SELECT * FROM ar_portal_link WHERE id = %s", self.link.ids)
        row = [str(value) for value in self.env.cr.fetchone()]
        self.assertIn(token_hash(token), row)
        self.assertFalse([value for value in row if token in value])

    def test_each_mail_has_its_own_link(self):
        again = self.path_of(self.debtor, self.customer)
        self.assertNotEqual(again, self.path)
        self.assertEqual(self.get(again).status_code, 200)
        self.assertEqual(self.get(self.path).status_code, 200)

    def test_closed_links_all_answer_the_same(self):
        unknown = self.closed("/ar/a/" + "x" * 43)
        malformed = self.closed("/ar/a/short")
        self.assertEqual(unknown[0], 404)
        self.assertIn("fresh link", unknown[1])
        expired = self.path_of(self.debtor, self.customer)
        self.debtor.ar_portal_link_ids[0].expires_at = fields.Datetime.now()
        revoked = self.path_of(self.foreign_debtor, self.stranger)
        self.foreign_debtor.ar_portal_link_ids.action_ar_revoke()
        for path in (expired, revoked):
            self.assertEqual(self.closed(path), unknown)
        self.assertEqual(malformed, unknown)

    def test_the_switch_of_the_company_closes_every_link(self):
        self.company.ar_portal_enabled = False
        self.assertEqual(self.get(self.path).status_code, 404)
        self.assertFalse(self.debtor._ar_action_url(self.customer))

    def test_many_newer_links_make_the_old_one_expire(self):
        for _mail in range(LIVE_LINKS - 1):
            newest = self.path_of(self.debtor, self.customer)
        self.assertEqual(self.get(self.path).status_code, 200)
        newest = self.path_of(self.debtor, self.customer)
        self.assertEqual(self.get(self.path).status_code, 404)
        self.assertEqual(self.get(newest).status_code, 200)

    def test_a_link_to_one_invoice_shows_that_one(self):
        links = self.env["ar.portal.link"]
        url = links._ar_issue(self.debtor, self.customer, move=self.later)
        path = url[url.index("/ar/") :]
        page = self.get(path).text
        self.assertIn(self.later.name, page)
        self.assertNotIn(self.invoice.name, page)
        pdf = self.get(f"{path}/invoice/{self.invoice.id}")
        self.assertEqual(pdf.status_code, 404)
        answer = self.send(f"{path}/proof")
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.proofs())

    def test_an_expired_link_is_sent_again_to_its_first_address(self):
        self.link.expires_at = fields.Datetime.now() - timedelta(days=1)
        self.customer.email = "someone.else@example.com"
        answer = self.url_open(
            f"{self.path}/again",
            data={"csrf_token": self.csrf(self.path), "email": "thief@example.com"},
        )
        self.assertEqual(answer.status_code, 200)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertEqual(mail.email_to, "compta@bertin.example")
        self.assertFalse(mail.recipient_ids)
        fresh = mail.body_html.split("/ar/a/")[1][:43]
        self.assertEqual(self.get(f"/ar/a/{fresh}").status_code, 200)

    def test_asking_again_for_nothing_says_the_same_and_sends_nothing(self):
        before = self.env["mail.mail"].search_count([])
        self.link.expires_at = fields.Datetime.now() - timedelta(days=1)
        unknown = f"/ar/a/{'x' * 43}"
        token = self.csrf(unknown)
        pages = []
        for path in (unknown, self.path):
            answer = self.url_open(f"{path}/again", data={"csrf_token": token})
            pages.append((answer.status_code, "on its way" in answer.text))
            if path == unknown:
                self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertEqual(pages[0], pages[1])
        self.link.revoked = True
        before = self.env["mail.mail"].search_count([])
        self.url_open(f"{self.path}/again", data={"csrf_token": token})
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_asking_again_is_limited_and_needs_a_post(self):
        self.link.expires_at = fields.Datetime.now() - timedelta(days=1)
        before = self.env["mail.mail"].search_count([])
        self.assertEqual(self.get(f"{self.path}/again").status_code, 405)
        token = self.csrf(self.path)
        for _try in range(6):
            self.url_open(f"{self.path}/again", data={"csrf_token": token})
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 3)

    def test_tokens_stay_out_of_the_logs(self):
        token = self.path.rsplit("/", 1)[-1]
        lines = []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(record.getMessage())
        for name in ("werkzeug", "odoo.http"):
            logger = logging.getLogger(name)
            logger.addHandler(handler)
            self.addCleanup(logger.removeHandler, handler)
        self.get(f"{self.path}/proof")
        self.url_open(f"{self.path}/proof", data={"item": 1})
        # The access log is written by the server's own thread.
        for _try in range(50):
            if len([line for line in lines if "/ar/a/***/proof" in line]) >= 3:
                break
            time.sleep(0.1)
        text = "\n".join(lines)
        self.assertIn("GET /ar/a/***/proof", text)
        self.assertIn("POST /ar/a/***/proof", text)
        self.assertIn("CSRF validation token", text)
        self.assertNotIn(token, text)

    def test_links_and_proofs_follow_a_merge_of_accounts(self):
        double = self.env["res.partner"].create(
            {"name": "BERTIN", "email": "double@example.com", "lang": "en_US"}
        )
        lost_move = self.make_invoice(60.0, overdue=30, partner=double)
        lost = self.env["ar.debtor"]._ar_of_moves(lost_move)
        lost.plan()
        path = self.path_of(lost, double)
        self.send(f"{path}/proof", item=lost.item_ids.id, amount="60")
        self.env["base.partner.merge.automatic.wizard"].sudo().create({})._merge(
            [double.id, self.customer.id], self.customer
        )
        self.env.invalidate_all()
        self.debtor.plan()
        page = self.get(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.invoice.name, page.text)
        self.assertEqual(self.proofs().line_ids.move_id, lost_move)

    def test_a_page_opened_too_often_answers_429(self):
        self.fill_limit("look", f"link:{self.link.id}", 240)
        answer = self.get(self.path)
        self.assertEqual(answer.status_code, 429)
        self.assertTrue(int(answer.headers["Retry-After"]) > 0)
        fresh = self.path_of(self.debtor, self.customer)
        self.assertEqual(self.get(fresh).status_code, 200)

    def test_guessing_tokens_is_limited_by_address(self):
        self.fill_limit("closed_from", "127.0.0.1", 60)
        self.assertEqual(self.get("/ar/a/" + "y" * 43).status_code, 429)

    def test_limits_forget(self):
        hits = self.env["ar.portal.hit"]
        limit = [("test", "someone", 2, 3600)]
        self.assertTrue(hits._ar_allow(limit))
        self.assertTrue(hits._ar_allow(limit))
        self.assertFalse(hits._ar_allow(limit))
        self.env.cr.execute(
            "UPDATE ar_portal_hit SET seen_at = seen_at - interval '61 min'"
        )
        self.assertTrue(hits._ar_allow(limit))
        hits._gc_ar_hits()
        self.assertTrue(hits.sudo().search_count([]))
        self.env.cr.execute(
            "UPDATE ar_portal_hit SET seen_at = seen_at - interval '27 hours'"
        )
        hits._gc_ar_hits()
        self.assertFalse(hits.sudo().search_count([]))

    def test_one_visitor_is_a_network_in_ipv6(self):
        hits = self.env["ar.portal.hit"]
        self.assertEqual(
            hits._ar_network("2001:db8:1:2:aaaa::1"),
            hits._ar_network("2001:db8:1:2::9"),
        )
        self.assertNotEqual(
            hits._ar_network("192.0.2.1"), hits._ar_network("192.0.2.2")
        )
        self.assertEqual(hits._ar_network("garbage"), "unknown")
