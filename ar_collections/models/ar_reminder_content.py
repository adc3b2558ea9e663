from odoo import api, fields, models
from odoo.tools import format_date, is_html_empty

from ..engine.own_text import mark

#: Placeholders that a template may use without the rights of a template editor.
PLACEHOLDERS = (
    "salutation",
    "company_name",
    "totals_text",
    "late_text",
    "status_text",
    "due_text",
    "paid_text",
    "items_html",
    "payment_html",
    "page_html",
    "signature_html",
)

#: More attached invoices than this are counted instead of named.
NAMED = 3
#: Parts of a letter that are computed blocks.
PARTS = ("items", "payment", "page", "signature")
#: Parts of a letter that are plain text, computed from its content.
TEXTS = ("totals_text", "late_text", "status_text", "due_text", "paid_text")

#: Stands for the address of the customer's page in previews and in what is kept.
HIDDEN_URL = "https://hidden.invalid/page"


class ArReminderContent(models.Model):
    """What a reminder says: the open items of the moment, and the letter's parts.

    The parts are fields, so that whoever writes the templates only sets
    ``object.items_html`` and the like; they are read in the language of the
    environment.
    """

    _inherit = "ar.reminder"

    content = fields.Json(
        "Items as written",
        readonly=True,
        copy=False,
        help="Items and credits as they were read when the e-mail was written: "
        "amounts in minor units, dates in ISO form.",
    )
    salutation = fields.Char(compute="_compute_letter")
    company_name = fields.Char("Company name", compute="_compute_letter")
    totals_text = fields.Char("Total to pay", compute="_compute_letter")
    late_text = fields.Char("Longest delay", compute="_compute_letter")
    status_text = fields.Char("Statuses at the buyer", compute="_compute_letter")
    due_text = fields.Char("Last due date", compute="_compute_letter")
    paid_text = fields.Char("Invoices paid", compute="_compute_letter")
    items_html = fields.Html(
        "Table of items", compute="_compute_letter", sanitize=False
    )
    payment_html = fields.Html("How to pay", compute="_compute_letter", sanitize=False)
    page_html = fields.Html(
        "Link to the customer's page", compute="_compute_letter", sanitize=False
    )
    signature_html = fields.Html("Signature", compute="_compute_letter", sanitize=False)

    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            *(f"object.{name}" for name in PLACEHOLDERS),
        )

    @api.depends("content", "recipient_id", "user_id")
    @api.depends_context("lang", "ar_together", "ar_marked")
    def _compute_letter(self):
        for reminder in self:
            parts = reminder._ar_letter()
            if self.env.context.get("ar_marked"):
                parts |= {
                    f"{name}_html": mark(name, parts[f"{name}_html"]) for name in PARTS
                }
            reminder.update(parts)

    def _ar_together(self):
        """The reminders that leave in the e-mail of this one, it first.

        The context names them while the letter is written:
        ``ar_together=((id, id…), …)``.
        """
        self.ensure_one()
        for ids in self.env.context.get("ar_together", ()):
            if ids[0] == self.id:
                return self.browse(ids)
        return self

    def _ar_letter(self):
        """Parts of the letter, in the language of the environment."""
        self.ensure_one()
        reminder = self.sudo()
        content = reminder.content
        if not content:
            content = reminder._ar_read_content()
            content["enclosures"] = reminder._ar_expected_enclosures(content)
        values = reminder._ar_letter_values(content)
        render = reminder._ar_render_part
        name = values["recipient"].name
        person = name and not values["recipient"].is_company
        return {
            "salutation": self.env._("Hello %(name)s,", name=name)
            if person
            else self.env._("Hello,"),
            "company_name": reminder.company_id.name,
            **{name: values[name] for name in TEXTS},
            "items_html": render("reminder_items", values),
            "payment_html": render("reminder_payment", values)
            if values["payment_text"]
            else "",
            "page_html": render("reminder_page", values) if values["pages"] else "",
            "signature_html": render("reminder_signature", values),
        }

    def _ar_render_part(self, name, values):
        return self.env["ir.qweb"]._render(f"ar_collections.{name}", values)

    def _ar_letter_values(self, content):
        """Values of the letter's parts: texts, ready to print."""
        together = self._ar_together()
        contents = {r.id: content if r == self else r.content for r in together}
        named = together.sorted(lambda r: (r.partner_id.name or "", r.id))
        sections = [r._ar_section(contents[r.id]) for r in named]
        lines = [line for told in contents.values() for line in told["lines"]]
        totals = self._ar_totals(
            {
                "lines": lines,
                "credits": [c for told in contents.values() for c in told["credits"]],
            }
        )
        recipient = self.recipient_id or self._ar_recipient()
        sender = self._ar_sender()
        signature = sender.signature
        dues = [line["due_date"] for line in lines if line["due_date"]]
        return {
            "reminder": self,
            "company": self.company_id,
            "sender": sender,
            "signature": False if is_html_empty(signature) else signature,
            "recipient": recipient,
            "sections": sections,
            "totals": [self._ar_total_texts(*total) for total in totals],
            "totals_text": self._ar_join(
                [self._ar_money(c, currency) for currency, c in totals if c > 0]
            ),
            "late_text": self._ar_days(
                max((line["days_overdue"] for line in lines), default=0)
            ),
            "status_text": ", ".join(
                dict.fromkeys(ln["status"] for ln in lines if ln["status"])
            ),
            "due_text": self._ar_day(max(dues, default=None)),
            "paid_text": "",
            "pages": [s for s in sections if s["url"]],
            "payment_text": self._ar_payment_text(self._ar_bank({"lines": lines})),
            **self._ar_enclosure_texts(content.get("enclosures") or {}),
        }

    def _ar_section(self, content):
        """What the letter shows of one account: one block per currency."""
        blocks = {}
        for name in ("lines", "credits"):
            for line in content[name]:
                block = blocks.setdefault(
                    line["currency_id"], {"lines": [], "credits": [], "cents": 0}
                )
                block[name].append(self._ar_line_texts(line))
                block["cents"] += line["cents"]
        for currency_id, block in blocks.items():
            block["total"] = self._ar_total_texts(currency_id, block["cents"])
        url = content.get("url")
        if url and self._ar_shares():
            url = f"{url}/{self.id}"
        return {
            "name": self.partner_id.name,
            "reference": self.partner_id.ref or "",
            "blocks": list(blocks.values()),
            "url": url,
        }

    def _ar_shares(self):
        """Whether this one leaves in an e-mail with others."""
        return any(
            self.id in ids and len(ids) > 1
            for ids in self.env.context.get("ar_together", ())
        )

    def _ar_total_texts(self, currency_id, cents):
        """A total, which is to be paid or in the customer's favour."""
        amount = self._ar_money(abs(cents) if cents < 0 else cents, currency_id)
        return {"amount": amount, "in_favour": cents < 0}

    def _ar_enclosure_texts(self, enclosures):
        """What the letter says of its attachments, as texts."""
        invoices, left = enclosures.get("invoices"), enclosures.get("left_out")
        attached = []
        if enclosures.get("statement"):
            attached.append(self.env._("a statement of your account"))
        if invoices and len(invoices) > NAMED:
            attached.append(self.env._("%(count)d invoices", count=len(invoices)))
        elif invoices:
            numbers = ", ".join(invoices)
            attached.append(self.env._("invoices %(numbers)s", numbers=numbers))
        return {
            "attached_text": self.env._(
                "Attached: %(documents)s.", documents=", ".join(attached)
            )
            if attached
            else "",
            "left_out_text": self.env._(
                "Not attached because of their size: %(numbers)s. Ask me for them.",
                numbers=", ".join(left),
            )
            if left
            else "",
        }

    def _ar_join(self, texts):
        """“a, b and c” is too much for amounts: a sign says it in any language."""
        return " + ".join(texts)

    def _ar_line_texts(self, line):
        return {
            "number": line["number"] or "",
            "href": self._ar_archive_href(line),
            "invoice_date": self._ar_day(line["invoice_date"]),
            "due_date": self._ar_day(line["due_date"]),
            "late": self._ar_days(line["days_overdue"]),
            "amount": self._ar_money(line["cents"], line["currency_id"]),
            "status": line["status"] or "",
        }

    def _ar_archive_href(self, line):
        """Address of the invoice in the company's archive; never opened here."""
        if not self.company_id.ar_archive_url or not line["move_id"]:
            return False
        move = self.env["account.move"].browse(line["move_id"]).exists()
        return self.company_id._ar_archive_link(move)

    def _ar_day(self, day):
        """The month in letters: customers abroad read 10/11 the other way round."""
        text = format_date(self.env, day, date_format="d MMM y") if day else ""
        # In a narrow column, the year alone goes to the next line.
        return text.replace(" ", "\u00a0", 1)

    def _ar_days(self, days):
        if days == 1:
            return self.env._("1 day")
        return self.env._("%(days)d days", days=days) if days > 1 else ""

    def _ar_money(self, cents, currency_id):
        currency = self.env["res.currency"].browse(int(currency_id))
        return currency._ar_printed(currency._ar_amount(cents))

    @api.model
    def _ar_totals(self, content):
        """``[(currency id, cents)]`` of lines and credits, in order of appearance."""
        totals = {}
        for line in [*content["lines"], *content["credits"]]:
            key = line["currency_id"]
            totals[key] = totals.get(key, 0) + line["cents"]
        return list(totals.items())

    def _ar_bank(self, content):
        """The one account that all these invoices name; empty when they differ."""
        moves = self.env["account.move"].browse(
            {line["move_id"] for line in content["lines"] if line["move_id"]}
        )
        moves = moves.exists()
        moves.fetch(["partner_bank_id"])  # of all columns of an entry, this one
        banks = moves.partner_bank_id
        company = self.company_id.partner_id
        ours = banks.filtered(lambda bank: bank.partner_id == company)
        return banks if len(banks) == 1 and banks == ours else banks.browse()

    def _ar_payment_text(self, bank):
        if not bank:
            return ""
        number, bic = bank.acc_number, bank.bank_id.bic
        if not bic:
            return self.env._(
                "By bank transfer to %(number)s, quoting the numbers of the invoices.",
                number=number,
            )
        return self.env._(
            "By bank transfer to %(number)s (BIC %(bic)s), quoting the numbers of the"
            " invoices.",
            number=number,
            bic=bic,
        )

    def _ar_read_content(self):
        """What this reminder would say now, whatever the limits of the ladder."""
        self.ensure_one()
        found = self.env["ar.debtor"]._ar_recheck(self)
        return self._ar_make_content(found[self.id])

    def _ar_make_content(self, fact):
        """Content of this reminder from what the hub has just read again.

        :param dict fact: one value of ``ar.debtor._ar_recheck()``
        The address of the customer's page is his secret: it is made for the mail
        alone, and whatever is kept shows :data:`HIDDEN_URL` in its place.

        :return: JSON-able ``{"lines", "credits", "url"}``
        """
        recipient = self.recipient_id or self._ar_recipient()
        page = recipient and self.debtor_id._ar_has_action_page(recipient)
        return {
            "lines": [self._ar_content_line(line) for line in fact.get("lines", ())],
            "credits": [
                self._ar_content_line(line, -1) for line in fact.get("credits", ())
            ],
            "url": HIDDEN_URL if page else False,
        }

    def _ar_content_line(self, line, sign=1):
        currency = self.env["res.currency"].browse(line["currency_id"])
        cents = round(abs(line["amount"]) * 10**currency.decimal_places)
        return {
            "item_id": line.get("item_id") or False,
            "move_id": line.get("move_id") or False,
            "number": line.get("number") or "",
            "invoice_date": fields.Date.to_string(line.get("invoice_date") or None),
            "due_date": fields.Date.to_string(line.get("due_date") or None),
            "days_overdue": int(line.get("days_overdue") or 0),
            "currency_id": currency.id,
            "cents": sign * cents,
            "step_id": line.get("step_id") or False,
            "step_delay": line.get("step_delay") or 0,
            "status": line.get("status") or "",
        }
