from datetime import timedelta

from odoo.tests import tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestMerge(ArCommon):
    """Contacts are merged: nothing of the account that goes is lost."""

    def test_two_accounts_become_one_with_all_their_history(self):
        double = self.env["res.partner"].create(
            {"name": "BERTIN MENUISERIE", "email": "bertin@example.com"}
        )
        kept_move, lost_move = (
            self.make_invoice(100),
            self.make_invoice(60, partner=double),
        )
        kept, lost = self.refresh(), self.refresh(double)
        dispute = self.env["ar.dispute"].create(
            {
                "move_id": lost_move.id,
                "reason_id": self.env.ref("ar_collections.reason_other").id,
                "amount": 10,
            }
        )
        notice = self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "source_key": "p1",
                    "lines": [{"move_id": lost_move.id, "amount": 20}],
                    "expected_date": self.today,
                }
            ]
        )
        sent = self.mark_sent(kept, self.steps[0], days_ago=9)
        lost_sent = self.mark_sent(lost, self.steps[0], days_ago=9)
        lost.no_chasing = True
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [double.id, self.customer.id], self.customer
        )
        self.env.invalidate_all()
        debtor = self.refresh()
        self.assertEqual(debtor, kept)
        self.assertFalse(lost.exists())
        self.assertEqual(debtor.amount_due, 160.0)
        self.assertEqual(debtor.open_item_ids.move_id, kept_move + lost_move)
        self.assertEqual(dispute.debtor_id, debtor)
        self.assertEqual(notice.debtor_id, debtor)
        self.assertEqual(debtor.reminder_ids, sent + lost_sent)
        self.assertTrue(debtor.no_chasing, "the stricter wish is kept")
        kinds = set(debtor.timeline_ids.mapped("kind"))
        self.assertLessEqual(
            {"dispute_opened", "notice_announced", "account_merged"}, kinds
        )

    def test_proceedings_go_along_with_their_declaration_and_its_proof(self):
        double = self.env["res.partner"].create({"name": "BERTIN MENUISERIE"})
        self.make_invoice(100)
        self.make_invoice(60, partner=double)
        kept, lost = self.refresh(), self.refresh(double)
        proof = self.env["ir.attachment"].create({"name": "p.pdf", "raw": b"%PDF-1.4"})
        day = self.today - timedelta(days=40)
        lost.write(
            {
                "insolvency": "receivership",
                "insolvency_date": day,
                "insolvency_publication_date": day,
                "insolvency_court": "Tribunal de commerce de Lyon",
            }
        )
        lost.sudo().write(
            {
                "insolvency_declared_on": self.today,
                "insolvency_declared_amount": 60,
                "insolvency_proof_ids": [(6, 0, proof.ids)],
            }
        )
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [double.id, self.customer.id], self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(kept.insolvency, "receivership")
        self.assertEqual(kept.insolvency_court, "Tribunal de commerce de Lyon")
        self.assertEqual(kept.insolvency_declared_amount, 60)
        self.assertEqual(kept.insolvency_proof_ids, proof)

    def test_a_user_who_wrote_events_can_be_deleted(self):
        user = self.env["res.users"].create(
            {"name": "Passing", "login": "passing", "email": "passing@example.com"}
        )
        move = self.make_invoice(100)
        debtor = self.refresh()
        event = (
            self.env["ar.event"]
            .with_user(user)
            ._ar_record(
                [
                    {
                        "kind": "note",
                        "summary": "Called",
                        "debtor_id": debtor.id,
                        "move_ids": move.ids,
                        "company_id": self.company.id,
                    }
                ]
            )
        )
        partner = user.partner_id
        user.unlink()
        partner.unlink()
        self.env.flush_all()
        self.assertEqual(event.sudo().actor, "Passing")
