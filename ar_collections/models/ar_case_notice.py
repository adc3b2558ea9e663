from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine.case_states import CaseState

SHEET = "ar_collections.case_notice_sheet"
#: Facts by which the debtor himself shows that he knows of the debt.
KNOWN = ("acknowledgement", "plan_accepted", "notice_announced", "link_opened")
#: Statuses of the buyer's platform that show that an invoice arrived.
ARRIVED = (
    "deposited",
    "made_available",
    "in_validation",
    "service_done",
    "partly_approved",
    "approved",
    "with_accountant",
    "booked",
    "payment_sent",
)
#: More facts than this are not told one by one.
FACTS = 8


class ArCaseNotice(models.Model):
    """The formal notice (mise en demeure) of a case.

    A creditor who writes for himself is free in its form as long as it demands
    payment clearly (Code civil, art. 1344). One who collects for another sends the
    letter of R124-4 of the Code des procédures civiles d'exécution.
    """

    _inherit = "ar.case"

    notice_signatory_id = fields.Many2one(
        "res.users", "Signed by", copy=False, ondelete="set null"
    )
    notice_collector_id = fields.Many2one(
        "res.partner",
        "Collected by",
        copy=False,
        ondelete="set null",
        help="Whoever collects for us, when it is not ourselves: another company of "
        "the group, an agency. Its letter has the contents of R124-4.",
    )
    notice_upload_id = fields.Many2one(
        "ir.attachment", "Own formal notice", copy=False, ondelete="set null"
    )
    notice_deadline = fields.Date("Day to pay by, as chosen", readonly=True, copy=False)
    notice_sent_on = fields.Date(
        "Formal notice sent on", compute="_compute_notice_sent_on"
    )

    def _compute_notice_sent_on(self):
        for case in self:
            notices = case.sudo().document_ids.filtered(
                lambda d: (
                    d.kind == "formal_notice" and not d.reminder_id.case_withdrawn_on
                )
            )
            case.notice_sent_on = max(notices.mapped("date"), default=False)

    def _ar_restart_clock(self):
        """The day that a person chose for the formal notice stands."""
        chosen = self.sudo().filtered(
            lambda c: (
                c.stage_id.template == "formal_notice"
                and c.notice_deadline
                and c.notice_deadline > c.company_id._ar_today()
            )
        )
        for case in chosen:
            case.deadline = case.notice_deadline
        return super(ArCaseNotice, self - chosen.sudo(False))._ar_restart_clock()

    @api.model
    def _ar_human(self):
        # The own document comes by the dialog, which takes no file of others.
        return super()._ar_human() | {"notice_signatory_id", "notice_collector_id"}

    def action_formal_notice(self):
        """Prepare the formal notice: who signs, how it goes, what it says.

        :raise UserError: when the case is not open
        """
        return self._ar_dialog(self.env._("Formal notice"), "ar.case.notice")

    # The document.

    def _ar_notice_told(self):
        """This case in the customer's language."""
        return self.with_context(lang=self.debtor_id._ar_statement_lang())

    def _ar_notice_name(self):
        number = self.name.replace("/", "-")
        return self.env._("Formal notice %(number)s", number=number)

    def _ar_notice_pdf(self, registered=None, deadline=None):
        """The formal notice as of now, in the language of the environment.

        :param str registered: number of the registered letter, ``""`` when it has
            none yet, None when it does not go by registered post
        :param deadline: last day to pay, that of the case by default
        :raise UserError: when nothing is claimed, or no PDF can be made here
        """
        self.ensure_one()
        upload = self.sudo().notice_upload_id
        if upload:
            return upload.raw
        values = {
            "title": self._ar_notice_name(),
            "notice": self._ar_notice_values(registered, deadline),
        }
        Report = self.env["ir.actions.report"]
        return Report._ar_number_pages(Report._ar_pdf(SHEET, values), self.name)

    def _ar_notice_words(self, registered=None):
        """The same as HTML: it stays with the fact, whatever becomes of the file."""
        values = {"notice": self._ar_notice_values(registered)}
        return self.env["ir.qweb"]._render("ar_collections.case_notice_words", values)

    def _ar_notice_values(self, registered=None, deadline=None):
        """Everything that the notice shows, as texts."""
        case, company = self.sudo(), self.company_id
        today = company._ar_today()
        account = case._ar_account_values(today)
        if not any(block["cents"] > 0 for block in account["blocks"]):
            raise UserError(self.env._("Nothing is claimed: the invoices are paid."))
        contact = case.debtor_id._ar_billing_contact()
        signatory = case.notice_signatory_id or case.user_id or self.env.user
        collector = case.notice_collector_id
        creditor = party(company.sudo().partner_id)
        total = " + ".join(block["total"] for block in account["blocks"])
        last = deadline or case._ar_notice_last_day()
        values = {
            **company._ar_letterhead(contact),
            "place": (collector or company).city,
            "date": self._ar_day(today),
            "reference": case.name,
            "post": self._ar_notice_post(registered),
            "creditor": creditor,
            "debtor": party(case.partner_id),
            "account": account,
            "total": total,
            "deadline": self._ar_day(last),
            "intro": self._ar_notice_intro(case, total, self._ar_day(last)),
            "facts": self._ar_notice_facts(),
            "payment": self._ar_notice_payment(),
            "signatory": signatory.sudo().name,
            "function": signatory.sudo().partner_id.function or "",
            "collector": False,
        }
        return values | self._ar_notice_collector(collector, creditor)

    def _ar_notice_last_day(self):
        """Last day to pay: that of the stage while the notice is what it makes."""
        in_stage = self.stage_id.template == "formal_notice"
        return (in_stage and self.deadline) or self._ar_notice_deadline()

    def _ar_notice_deadline(self):
        """Last day that a notice of today would leave."""
        stage = self.env["ar.case.stage"]._ar_of(
            self.company_id, CaseState.FORMAL_NOTICE
        )[:1]
        today = self.company_id._ar_today()
        term = self.env["ar.legal.term"]._ar_term("notice", today)
        if not stage.days:
            stage = stage.new({"days": term.number or 15})
        return self._ar_deadline(stage, today)

    def _ar_notice_post(self, registered):
        if registered is None:
            return ""
        if not registered:
            return self.env._("Registered letter with acknowledgement of receipt")
        return self.env._(
            "Registered letter with acknowledgement of receipt no. %(number)s",
            number=registered,
        )

    def _ar_notice_intro(self, case, total, deadline):
        if case.notice_collector_id:
            return self.env._(
                "On behalf of %(creditor)s, we hereby give you formal notice to pay"
                " %(total)s, the sum due on the invoices below, by %(deadline)s at"
                " the latest.",
                creditor=case.company_id.name,
                total=total,
                deadline=deadline,
            )
        return self.env._(
            "The invoices below remain unpaid. We hereby give you formal notice to pay"
            " us %(total)s by %(deadline)s at the latest.",
            total=total,
            deadline=deadline,
        )

    def _ar_notice_collector(self, collector, creditor):
        """What the letter of somebody who collects for us says besides."""
        if not collector:
            return {}
        law = self.env["ar.legal.term"]._ar_term(
            "collector_text", self.company_id._ar_today()
        )
        told = party(collector)
        return {
            "company": collector,
            "logo": False,
            "sender_lines": told["address"],
            "legal_html": False,
            "legal_text": self.env._(
                "%(name)s carries on the activity of amicable debt recovery.",
                name=collector.name,
            ),
            "collector": told,
            "collector_text": self.env._(
                "%(collector)s, %(address)s, which carries on the activity of amicable"
                " debt recovery, writes to you on behalf of its client"
                " %(creditor)s, %(seat)s, the creditor.",
                collector=told["name"],
                address=", ".join(told["address"]),
                creditor=creditor["name"],
                seat=", ".join(creditor["address"]),
            ),
            "law_source": law.source or "",
            "law_text": (law.law_text or "").split("\n\n"),
        }

    def _ar_notice_payment(self):
        """Where to pay: the account that the invoices name, else the company's."""
        company = self.company_id.sudo()
        moves = self.sudo().line_ids.move_id
        banks = moves.partner_bank_id.filtered(
            lambda bank: bank.partner_id == company.partner_id
        )
        if len(banks) != 1:
            banks = company.bank_ids[:1]
        return {
            "number": banks.acc_number or "",
            "bic": banks.bank_id.bic or "",
            "holder": banks.acc_holder_name or company.name,
            "quote": ", ".join(moves.mapped("name")),
        }

    def _ar_notice_facts(self):
        """What shows that the debtor knows of the debt, newest last."""
        case = self.sudo()
        told = []
        for item in case.line_ids.item_id:
            if item.buyer_status in ARRIVED and item.buyer_status_date:
                day = case.company_id._ar_day(item.buyer_status_date)
                words = self.env._(
                    "%(number)s: %(status)s",
                    number=item.move_id.name,
                    status=self._ar_status_words(item.buyer_status),
                )
                told.append((day, words))
        for reminder in case._ar_told_before():
            day = case.company_id._ar_day(reminder.sent_at)
            told.append((day, self._ar_reminder_words(reminder)))
        for event in case._ar_known_events():
            day = case.company_id._ar_day(event.event_date)
            label = event.with_context(lang=self.env.lang).kind_label
            told.append((day, label))
        told = sorted(set(told))[-FACTS:]
        return [{"day": self._ar_day(day), "text": text} for day, text in told]

    def _ar_told_before(self):
        """Contacts that were made about these invoices."""
        lines = self.env["ar.reminder.line"].sudo()
        found = lines.search([("move_id", "in", self.line_ids.move_id.ids)])
        return found.reminder_id.filtered(
            lambda r: r.state == "done" and r.channel in ("email", "letter", "sms")
        )

    def _ar_known_events(self):
        Link = self.env["ar.event.link"].sudo()
        moves, debtor = self.line_ids.move_id, self.debtor_id
        found = Link.search([("move_id", "in", moves.ids), ("kind", "in", KNOWN)])
        first = min(filter(None, moves.mapped("invoice_date")), default=False)
        if first:
            found |= Link.search(
                [
                    ("debtor_id", "=", debtor.id),
                    ("kind", "=", "link_opened"),
                    ("event_date", ">=", first),
                ]
            )
        return found.event_id

    def _ar_reminder_words(self, reminder):
        words = {
            "email": self.env._("our reminder by e-mail"),
            "letter": self.env._("our reminder by letter"),
            "sms": self.env._("our reminder by SMS"),
        }
        return words[reminder.channel]

    def _ar_status_words(self, status):
        """What a status of the buyer's platform says, to the buyer."""
        _ = self.env._
        return {
            "deposited": _("deposited on your invoicing platform"),
            "made_available": _("made available to you on your invoicing platform"),
            "in_validation": _("under validation at yours"),
            "service_done": _("service recorded as performed by you"),
            "partly_approved": _("partly approved by you"),
            "approved": _("approved by you"),
            "with_accountant": _("passed to your accountant for payment"),
            "booked": _("booked by you"),
            "payment_sent": _("payment told as sent by you"),
        }[status]

    # Once it has left.

    def _ar_keep_notice(self, reminder, attachment, moment):
        """The notice that has just left is a document of the case.

        :param reminder: ``ar.reminder`` that it left with
        :param attachment: its PDF, None when it left in the body of an e-mail alone
        """
        case = self.sudo()
        if not attachment or case.document_ids.filtered(
            lambda d: d.reminder_id == reminder and d.kind == "formal_notice"
        ):
            return
        told = case._ar_told()
        case._ar_keep(
            "formal_notice",
            attachment.name,
            attachment.raw,
            name=told.env._(
                "Formal notice of %(day)s",
                day=format_date(told.env, case.company_id._ar_day(moment)),
            ),
            date=case.company_id._ar_day(moment),
            reminder_id=reminder.id,
            post_number=reminder.post_number or False,
        )


def party(partner):
    """Who somebody is for the law: name, registration and address."""
    partner = partner.commercial_partner_id
    lines = partner._display_address(without_company=True).splitlines()
    registry = partner.company_registry or ""
    digits, label = registry.replace(" ", ""), partner.company_registry_label
    if partner.country_id.code == "FR" and digits.isdigit() and len(digits) in (9, 14):
        registry, label = digits[:9], "SIREN"
    return {
        "name": partner.name or "",
        "registry": registry,
        "registry_label": label or "",
        "vat": partner.vat or "",
        "address": [line.strip() for line in lines if line.strip()],
    }
