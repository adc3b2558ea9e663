from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_cases import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseRequests(CaseCommon):
    """A colleague without any right on receivables asks for recovery."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sam = new_test_user(
            cls.env,
            "sam.case",
            "base.group_user",
            name="Sam Leroy",
            email="sam@works.example",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.debtor.collector_id = cls.collector

    def ask(self, **vals):
        Ask = self.env["ar.case.ask"].with_user(self.sam)
        wizard = Ask.create({"reason": "He does not answer me.", **vals})
        action = wizard.action_ask()
        return self.env["ar.case"].browse(action["res_id"]), wizard

    def test_asked_accepted_and_followed(self):
        case, wizard = self.ask(request_numbers=f"{self.first.name}; FAC-unknown")
        self.assertEqual(case.state, "requested")
        self.assertEqual(case.debtor_id, self.debtor)
        self.assertEqual(case.request_move_ids, self.first)
        self.assertEqual(wizard.action_ask()["res_id"], case.id, "one request")
        self.assertEqual(case.activity_ids.user_id, self.collector)
        self.assertEqual(
            self.debtor.explain()["verdict"], "chase", "a request stops nothing"
        )
        mine = case.with_user(self.sam)
        self.assertEqual(mine.customer_name, self.customer.name)
        self.assertEqual(mine.progress_text, "Answer awaited")
        before = (
            self.env["mail.message"]
            .sudo()
            .search_count([("partner_ids", "in", self.sam.partner_id.ids)])
        )
        case.with_user(self.collector).action_accept()
        self.assertEqual(case.state, "amicable")
        self.assertEqual(case.line_ids.move_id, self.first)
        self.assertFalse(case.activity_ids.filtered(lambda a: "requested" in a.summary))
        self.env.invalidate_all()
        self.assertEqual(mine.progress_text, self.stages["amicable_1"].name)
        after = (
            self.env["mail.message"]
            .sudo()
            .search_count([("partner_ids", "in", self.sam.partner_id.ids)])
        )
        self.assertEqual(after, before + 1, "he is told")

    def test_refused_with_a_reason_then_looked_at_again(self):
        case, _wizard = self.ask(partner_id=self.customer.id)
        boss = case.with_user(self.collector)
        with self.assertRaises(UserError):
            boss.action_refuse(" ")
        boss.action_refuse("A promise runs until Friday.")
        self.assertEqual((case.state, case.outcome), ("closed", "refused"))
        mine = case.with_user(self.sam)
        self.assertEqual(mine.request_answer, "A promise runs until Friday.")
        self.assertEqual(mine.progress_text, "Refused")
        boss.action_reopen()
        self.assertEqual(case.state, "requested")

    def test_a_duplicate_names_the_other_case(self):
        running = self.open_case(self.first)
        case, _wizard = self.ask(request_numbers=self.first.name)
        with self.assertRaisesRegex(UserError, running.name):
            case.with_user(self.collector).action_accept()
        case.with_user(self.collector).action_duplicate(running.id)
        self.assertEqual(case.outcome, "duplicate")
        self.assertEqual(case.duplicate_of_id, running)

    def test_unknown_customer_is_completed_by_the_collector(self):
        case, _wizard = self.ask(request_customer="Bertin, the joiner")
        self.assertFalse(case.debtor_id)
        boss = case.with_user(self.collector)
        self.assertEqual(boss.customer_name, "Bertin, the joiner")
        with self.assertRaisesRegex(UserError, "customer"):
            boss.action_accept()
        boss.write({"partner_id": self.customer.id})
        boss.action_accept()
        self.assertEqual(case.debtor_id, self.debtor)
        self.assertEqual(case.line_ids.move_id, self.first | self.second)

    def test_he_sees_his_own_requests_and_changes_none(self):
        case, _wizard = self.ask(partner_id=self.customer.id)
        other = self.open_case(self.second)
        Case = self.env["ar.case"].with_user(self.sam)
        self.assertEqual(Case.search([]), case)
        with self.assertRaises(AccessError):
            other.with_user(self.sam).read(["name"])
        with self.assertRaises(AccessError):
            case.with_user(self.sam).write({"urgency": "high"})
        with self.assertRaises(AccessError):
            case.with_user(self.sam).action_accept()
        with self.assertRaises(AccessError):
            Case.create({"requester_id": self.sam.id})

    def test_he_gives_his_own_files_only(self):
        Attachment = self.env["ir.attachment"]
        own = Attachment.with_user(self.sam).create({"name": "a.txt", "raw": b"a"})
        case, _wizard = self.ask(attachment_ids=[(6, 0, own.ids)])
        self.assertEqual((own.res_model, own.res_id), ("ar.case", case.id))
        other = Attachment.create({"name": "b.txt", "raw": b"b"})
        with self.assertRaises(AccessError):
            self.ask(attachment_ids=[(6, 0, other.ids)])
        self.assertFalse(other.res_id)

    def test_the_same_fact_told_twice_is_one_request(self):
        vals = {"source": "mail", "source_key": "<1@x>", "requester_email": "a@b.fr"}
        first = self.Case._ar_request([vals])
        self.assertEqual(self.Case._ar_request(dict(vals)), first)
        self.assertEqual(first.origin, "mail")
        self.assertTrue(first.activity_ids, "somebody has it on his list")

    def test_a_request_of_a_branch_told_twice_is_one(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        vals = {
            "source": "company_link",
            "source_key": "7",
            "company_id": branch.id,
            "partner_id": self.customer.id,
        }
        first = self.Case._ar_request(vals)
        self.assertEqual(first.company_id, self.company)
        self.assertEqual(self.Case._ar_request(vals), first)
