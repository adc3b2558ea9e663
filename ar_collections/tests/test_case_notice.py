import base64
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_case_documents import CaseDocumentCommon, pdf


@tagged("post_install", "-at_install")
class TestCaseNotice(CaseDocumentCommon):
    def test_account_of_the_claim(self):
        """Principal, interest and 40 euros of each invoice, to the cent."""
        account = self.case._ar_account()[self.company.currency_id]
        first = next(i for i in account.invoices if i.number == self.first.name)
        # 1,200 at 15 % (5 + 10 points) for 70 days.
        self.assertEqual(sum(p.cents for p in first.interest), 3452)
        self.assertEqual(first.principal, 120000)
        self.assertEqual(
            account.total, account.principal + account.interest + account.indemnity
        )

    def test_account_after_a_payment_and_with_a_dispute(self):
        self.pay(self.first, 500)
        self.refresh()
        item = self.second.ar_item_ids
        self.env["ar.dispute"].create(
            {
                "move_id": self.second.id,
                "item_id": item.id,
                "reason_id": self.env["ar.dispute.reason"].search([], limit=1).id,
                "amount": 100,
            }
        )
        self.refresh()
        account = self.case._ar_account()[self.company.currency_id]
        first = next(i for i in account.invoices if i.number == self.first.name)
        second = next(i for i in account.invoices if i.number == self.second.name)
        self.assertEqual((first.received, first.principal), (50000, 70000))
        self.assertEqual((second.contested, second.principal), (10000, 20000))
        self.assertEqual(account.invoiced - account.received, account.principal)
        self.assertIn("contested", self.wizard().warnings)

    def test_a_contact_without_an_address_is_reached_at_the_firm(self):
        contact = self.env["res.partner"].create(
            {"name": "Nathan", "parent_id": self.customer.id, "type": "other"}
        )
        lines = self.company._ar_address_lines(contact)
        self.assertEqual(
            lines, [self.customer.name, "Nathan", "4 avenue Foch", "30100 Alès"]
        )
        contact.country_id = self.customer.country_id
        contact.write({"street": "1 rue Haute", "zip": "30000", "city": "Nîmes"})
        lines = self.company._ar_address_lines(contact)
        self.assertEqual(lines[2:], ["1 rue Haute", "30000 Nîmes"])

    # What the letter has to say, one assertion each.

    def test_contents_of_the_notice(self):
        self.case.sudo().deadline = "2031-03-14"
        self.case._ar_go(self.stages["formal_notice"])
        self.case.sudo().deadline = "2031-03-14"
        self.case.notice_signatory_id = self.env.user
        text = self.notice(registered="RA 123")
        told = self.case.with_context(lang="en_US")
        block = told._ar_account_values()["blocks"][0]
        plain = {k: v.replace("\u00a0", " ") for k, v in block.items() if k in
                 ("principal", "interest", "indemnity", "total")}  # fmt: skip
        self.assertIn("Formal notice to pay", text, "its name")
        self.assertIn("RA 123", text, "number of the registered letter")
        self.assertIn("12 rue des Tanneurs", text, "seat of the creditor")
        self.assertIn("552081317", text, "SIREN of the creditor")
        self.assertIn("4 avenue Foch", text, "seat of the debtor")
        self.assertIn("732829320", text, "SIREN of the debtor")
        for move in self.first | self.second:
            self.assertIn(move.name, text, "number of the invoice")
            self.assertIn(
                told._ar_day(move.invoice_date_due).replace("\u00a0", " "), text, "due"
            )
        self.assertIn(f"Total {plain['principal']} {plain['interest']}", text, "apart")
        self.assertIn(plain["indemnity"], text, "indemnity")
        self.assertIn(plain["total"], text, "total")
        self.assertIn("15.00 %", text, "working of the interest")
        self.assertIn("L441-10", text, "law of the interest")
        self.assertIn("D441-5", text, "law of the indemnity")
        self.assertIn("14 March 2031", text, "deadline as a date")
        self.assertIn("FR76 3000 6000 0112 3456 7890 189", text, "how to pay")
        self.assertIn("before the court", text, "consequences")
        self.assertIn("1344", text, "formal notice in law")
        self.assertIn(self.env.user.name, text, "signatory")
        today = told._ar_day(self.today).replace("\u00a0", " ")
        self.assertIn(f"Lyon, {today}", text, "place and date")
        self.assertNotIn("L111-8", text, "nobody collects for us")

    def test_contents_of_the_letter_of_a_collector(self):
        """R124-4 of the Code des procédures civiles d'exécution, 1° to 5°."""
        self.case.notice_collector_id = self.env["res.partner"].create(
            {
                "name": "Rhône Services",
                "is_company": True,
                "street": "1 quai Rambaud",
                "zip": "69002",
                "city": "Lyon",
            }
        )
        text = self.notice()
        self.assertIn("Rhône Services, 1 quai Rambaud", text, "1° who collects")
        self.assertIn("activity of amicable debt recovery", text, "1° its activity")
        creditor = f"on behalf of its client {self.company.name}, 12 rue des Tanneurs"
        self.assertIn(creditor, text, "2° the creditor")
        self.assertIn(self.first.name, text, "3° basis")
        self.assertIn("Late interest", text, "3° interest apart")
        self.assertIn("Recovery indemnity", text, "3° accessories apart")
        self.assertIn("give you formal notice to pay", text, "4° that it is to pay")
        self.assertIn("FR76 3000 6000", text, "4° how to pay")
        self.assertIn(
            "Les frais de recouvrement entrepris sans titre", text, "5° al. 2"
        )
        self.assertIn("débiteur de mauvaise foi", text, "5° al. 3")

    def test_contents_of_the_notice_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.case._ar_go(self.stages["formal_notice"])
        self.case.sudo().deadline = "2031-03-14"
        text = self.notice("fr_FR", registered="RA 123")
        told = self.case.with_context(lang="fr_FR")
        block = told._ar_account_values()["blocks"][0]
        self.assertIn("Mise en demeure de payer", text, "its name")
        registered = "Lettre recommandée avec avis de réception n° RA 123"
        self.assertIn(registered, text, "registered post")
        self.assertIn("Créancier", text, "creditor")
        self.assertIn("SIREN 552081317", text, "SIREN of the creditor")
        self.assertIn("Débiteur", text, "debtor")
        self.assertIn("SIREN 732829320", text, "SIREN of the debtor")
        self.assertIn("nous vous mettons en demeure de nous payer", text, "demand")
        self.assertIn(_plain(block["total"]), _plain(text), "total")
        for word in ("Principal", "Intérêts de retard", "Indemnité"):
            self.assertIn(word, text, "elements apart")
        self.assertIn("Calcul de ces sommes", text, "working")
        self.assertIn("15,00 %", text, "rate")
        self.assertIn("14 mars 2031", text, "deadline as a date")
        self.assertIn("Modalités de paiement", text, "how to pay")
        self.assertIn("nous saisirons le tribunal", text, "consequences")
        self.assertIn("Si vous contestez", text, "what to do when contested")
        self.assertIn("articles 1344 et suivants du Code civil", text, "law")
        self.assertIn(f"Lyon, {told._ar_day(self.today)}".replace("\u00a0", " "), text)

    def test_contents_of_the_letter_of_a_collector_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.case.notice_collector_id = self.env["res.partner"].create(
            {"name": "Rhône Services", "is_company": True, "city": "Lyon"}
        )
        text = self.notice("fr_FR")
        self.assertIn("Mise en demeure de payer – recouvrement amiable", text)
        self.assertIn("exerce une activité de recouvrement amiable", text, "1°")
        self.assertIn(f"pour le compte de son mandant {self.company.name}", text, "2°")
        self.assertIn("due au titre des factures ci-dessous", text, "3°")
        self.assertIn("nous vous mettons en demeure de payer la somme", text, "4°")
        self.assertIn("Modalités de paiement", text, "4°")
        self.assertIn("art. L111-8, al. 2 et 3", text, "5°")
        self.assertIn("Les frais de recouvrement entrepris sans titre", text, "5°")

    def test_what_the_debtor_knows_is_cited(self):
        self.first.ar_item_ids.sudo().write(
            {"buyer_status": "approved", "buyer_status_date": self.today}
        )
        text = self.notice()
        self.assertIn(f"{self.first.name}: approved by you", text)

    # How it goes.

    def test_the_day_that_a_person_chose_stands(self):
        """Neither shortened nor lengthened when the letter is printed."""
        day = self.today + timedelta(days=9)
        self.wizard(way="registered", deadline=day).action_send()
        reminder = self.case.reminder_ids.filtered(lambda r: r.state == "sending")
        self.assertEqual(self.case.deadline, day)
        told = self.case.with_context(lang="en_US")._ar_day(day)
        self.assertIn(told, reminder.body)
        self.assertIn("eight days", self.wizard(deadline=self.today).warnings)

    def test_an_email_carries_the_pdf_and_is_kept(self):
        wizard = self.wizard(way="email")
        wizard.action_preview()
        self.assertTrue(base64.b64decode(wizard.document).startswith(b"%PDF"))
        wizard.action_send()
        self.assertEqual(self.case.state, "formal_notice")
        reminder = self.case.reminder_ids.filtered(lambda r: r.state == "approved")
        self.assertEqual((len(reminder), reminder.channel), (1, "email"))
        self.send(reminder)
        self.assertEqual(reminder.state, "done", reminder.error)
        document = self.case.document_ids.filtered(lambda d: d.kind == "formal_notice")
        self.assertEqual(document.reminder_id, reminder)
        self.assertTrue(document.attachment_id.raw.startswith(b"%PDF"))
        self.assertIn("case_document", self.kinds())
        self.assertIn("reminder_sent", self.kinds())
        self.assertEqual(self.case.notice_sent_on, self.today)

    def test_a_registered_letter_is_printed_and_proved(self):
        wizard = self.wizard(way="registered", post_number="RA 1")
        wizard.action_send()
        reminder = self.case.reminder_ids.filtered(lambda r: r.state == "sending")
        self.assertTrue(reminder.registered)
        self.assertTrue(reminder.letter_attachment_id)
        self.assertFalse(self.case.notice_sent_on, "printed is not posted")
        reminder.action_posted()
        notice = self.case.document_ids.filtered(lambda d: d.kind == "formal_notice")
        self.assertEqual(notice.post_number, "RA 1")
        proof = self.env["ar.case.proof"].create(
            {
                "case_id": self.case.id,
                "kind": "proof_received",
                "day": self.today,
                "file": base64.b64encode(pdf("AR")),
                "file_name": "ar.pdf",
            }
        )
        proof.action_add()
        kept = self.case.document_ids.filtered(lambda d: d.kind == "proof_received")
        self.assertEqual(kept.post_number, "RA 1")
        event = self.env["ar.event"].browse(kept.event_id)
        self.assertEqual(event._ar_files(), kept.attachment_id)
        self.assertIn("RA 1", event.summary)

    def test_an_uploaded_notice_goes_in_its_place(self):
        own = pdf("Our lawyer's letter")
        wizard = self.wizard(
            way="registered", upload=base64.b64encode(own), upload_name="med.pdf"
        )
        wizard.action_send()
        reminder = self.case.reminder_ids.filtered(lambda r: r.state == "sending")
        self.assertEqual(reminder.letter_attachment_id.raw, own)
        with self.assertRaises(UserError):
            self.wizard(
                upload=base64.b64encode(b"no PDF"), upload_name="x.pdf"
            ).action_preview()

    def test_a_notice_that_was_paid_meanwhile_does_not_leave(self):
        self.wizard(way="email").action_send()
        reminder = self.case.reminder_ids.filtered(lambda r: r.state == "approved")
        self.pay(self.first | self.second)
        self.refresh()
        self.send(reminder)
        self.assertEqual(reminder.state, "cancelled")
        self.assertFalse(self.case.document_ids)

    def test_the_notice_does_not_interrupt_the_time_limit(self):
        item = self.first.ar_item_ids
        item._ar_clock()
        before = item.prescription_date
        self.wizard(way="registered").action_send()
        self.case.reminder_ids.filtered(lambda r: r.state == "sending").action_posted()
        item._ar_clock()
        self.assertEqual(item.prescription_date, before)

    def test_readers_prepare_nothing(self):
        reader = new_test_user(
            self.env,
            "case-reader",
            "ar_collections.group_reader",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            self.case.with_user(reader).action_formal_notice()


def _plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")
