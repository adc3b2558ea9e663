import re
from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestPlanPage(PortalCommon):
    """An instalment plan: proposed, read and accepted on the customer's page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["ar.payment.plan.template"].create(
            {"name": "2 × 30 days", "count": 2, "every": 30, "unit": "days"}
            | {"after": 30, "grace_days": 8}
        )
        cls.plan = cls.env["ar.payment.plan"]._ar_prepare(
            cls.item, cls.template, cls.today, {}
        )
        cls.plan.action_mark_proposed()
        cls.where = f"{cls.path}/plan/{cls.plan.id}"
        cls.env.flush_all()

    def words(self, path):
        return " ".join(self.get(path).text.replace("\xa0", " ").split())

    def hidden(self, name, path):
        page = self.url_open(path).text
        return re.search(f'name="{name}" value="([^"]+)"', page).group(1)

    def accept(self, path=None, **values):
        path = path or self.where
        data = {"name": "Claire Bertin", "agree": "1"}
        for name in ("csrf_token", "digest"):
            data[name] = values.pop(name, None) or self.hidden(name, path)
        return self.url_open(path, data={**data, **values}, allow_redirects=False)

    def state(self):
        self.env.invalidate_all()
        return self.plan.state

    def test_the_page_proposes_it_and_shows_its_terms(self):
        page = self.words(self.path)
        self.assertIn("Your answer is awaited", page)
        self.assertIn("over 2 instalments", page)
        page = self.words(self.where)
        self.assertIn("Menuiserie Bertin", page)
        self.assertIn(self.invoice.name, page)
        self.assertEqual(page.count("To come"), 2)
        self.assertIn("50.00", page)
        self.assertEqual(self.state(), "sent")  # looking accepts nothing

    def test_the_customer_accepts_it_with_his_name(self):
        answer = self.accept()
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.state(), "running")
        self.assertEqual(self.plan.accepted_by, "Claire Bertin")
        self.assertEqual(self.plan.evidence_kind, "portal")
        event = self.env["ar.event"].search([("kind", "=", "plan_accepted")], limit=1)
        self.assertEqual(event.actor, self.customer.email)
        payload = event.sudo().content_ids.payload
        self.assertEqual(payload["link_id"], self.link.id)
        self.assertEqual(len(payload["terms_sha256"]), 64)
        page = " ".join(self.url_open(answer.headers["Location"]).text.split())
        self.assertIn("the instalment plan is accepted", page)
        self.assertIn("To come", page)
        self.assertNotIn("Read and accept", page)

    def test_twice_is_once(self):
        digest = self.hidden("digest", self.where)
        token = self.hidden("csrf_token", self.where)
        self.accept(digest=digest, csrf_token=token)
        again = self.accept(digest=digest, csrf_token=token, name="Somebody else")
        self.assertEqual(again.status_code, 422)
        self.assertEqual(self.state(), "running")
        self.assertEqual(self.plan.accepted_by, "Claire Bertin")

    def test_without_name_or_box_nothing_is_accepted(self):
        for values in ({"name": " "}, {"name": "1234"}, {"agree": ""}):
            answer = self.accept(**values)
            self.assertEqual(answer.status_code, 422)
            self.assertIn('role="alert"', answer.text)
            self.assertNotIn("choose your files", answer.text)
        self.assertEqual(self.state(), "sent")

    def test_terms_that_changed_meanwhile_are_read_again(self):
        digest = self.hidden("digest", self.where)
        token = self.hidden("csrf_token", self.where)
        self.plan.action_draft()
        first = self.plan.line_ids.sorted("due_date")[0]
        first.due_date += timedelta(days=1)
        self.plan.action_mark_proposed()
        self.env.flush_all()
        answer = self.accept(digest=digest, csrf_token=token)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("was changed meanwhile", answer.text)
        self.assertNotIn('checked="checked"', answer.text)
        self.assertEqual(self.state(), "sent")
        self.assertEqual(self.accept().status_code, 303)

    def test_a_proposal_that_lapsed_is_not_accepted(self):
        digest = self.hidden("digest", self.where)
        token = self.hidden("csrf_token", self.where)
        self.plan.answer_by = self.today - timedelta(days=1)
        self.env.flush_all()
        self.assertIn("time to answer is over", self.words(self.path))
        answer = self.accept(digest=digest, csrf_token=token)
        self.assertIn("no longer open", answer.text)
        self.assertEqual(self.state(), "sent")

    def test_a_draft_and_a_foreign_plan_are_not_there(self):
        theirs = self.path_of(self.foreign_debtor, self.stranger)
        self.assertEqual(self.get(f"{theirs}/plan/{self.plan.id}").status_code, 404)
        self.assertNotIn(self.plan.name, self.words(theirs))
        self.plan.action_draft()
        self.env.flush_all()
        self.assertEqual(self.get(self.where).status_code, 404)
        self.assertNotIn(self.plan.name, self.words(self.path))

    def test_a_link_to_one_invoice_shows_no_plan(self):
        url = self.env["ar.portal.link"]._ar_issue(
            self.debtor, self.customer, move=self.invoice
        )
        path = url[url.index("/ar/") :]
        self.assertNotIn(self.plan.name, self.words(path))
        self.assertEqual(self.get(f"{path}/plan/{self.plan.id}").status_code, 404)

    def test_switched_off_it_is_told_but_not_accepted_there(self):
        digest = self.hidden("digest", self.where)
        token = self.hidden("csrf_token", self.where)
        self.debtor.ar_portal_plan_own = "no"
        self.env.flush_all()
        self.assertNotIn("Read and accept", self.words(self.path))
        self.accept(digest=digest, csrf_token=token)
        self.assertEqual(self.state(), "sent")

    def test_without_a_form_token_nothing_is_accepted(self):
        digest = self.hidden("digest", self.where)
        answer = self.url_open(
            self.where, data={"name": "Claire", "agree": "1", "digest": digest}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.state(), "sent")

    def test_acceptances_count_as_answers(self):
        self.fill_limit("proof", f"link:{self.link.id}", 10)
        self.assertEqual(self.accept().status_code, 429)

    def test_it_is_accepted_under_my_too(self):
        self.env["res.users"].create(
            {
                "login": "paul.portal",
                "password": "paul.portal",
                "partner_id": self.env["res.partner"]
                .create(
                    {
                        "name": "Paul",
                        "parent_id": self.customer.id,
                        "email": "paul@bertin.example",
                        "lang": "en_US",
                    }
                )
                .id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.env.flush_all()
        self.authenticate("paul.portal", "paul.portal")
        theirs = f"/my/receivables/{self.foreign_debtor.id}/plan/{self.plan.id}"
        self.assertTrue(self.url_open(theirs).url.endswith("/my"))
        mine = f"/my/receivables/{self.debtor.id}/plan/{self.plan.id}"
        self.assertEqual(self.accept(mine, name="Paul Bertin").status_code, 303)
        self.assertEqual(self.state(), "running")
        self.assertEqual(self.plan.accepted_by, "Paul Bertin")
