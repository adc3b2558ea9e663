import io
import re
from urllib.parse import urlsplit

from PIL import Image
from pypdf import PdfWriter

from odoo import Command
from odoo.tests import HttpCase

from odoo.addons.ar_collections.tests.common import ArCommon


class PortalCommon(ArCommon, HttpCase):
    """A customer with overdue invoices, a stranger, and their links."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The words of these tests are the English ones, whatever is installed.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.customer.lang = "en_US"
        cls.collector = cls.env["res.users"].create(
            {
                "name": "Sophie Laurent",
                "login": "sophie.portal",
                "email": "sophie@example.com",
                "company_ids": [Command.set(cls.company.ids)],
                "company_id": cls.company.id,
                "group_ids": [
                    Command.link(cls.env.ref("ar_collections.group_user").id),
                    Command.link(cls.env.ref("base.group_user").id),
                ],
            }
        )
        cls.stranger = cls.env["res.partner"].create(
            {
                "name": "Garage Petit",
                "email": "compta@petit.example",
                "lang": "en_US",
            }
        )
        cls.invoice = cls.make_invoice(100.0, overdue=10)
        cls.later = cls.make_invoice(250.0, overdue=-5)
        cls.foreign = cls.make_invoice(70.0, overdue=20, partner=cls.stranger)
        moves = cls.invoice + cls.later + cls.foreign
        debtors = cls.env["ar.debtor"]._ar_of_moves(moves)
        debtors.plan()
        debtors.collector_id = cls.collector
        cls.debtor = debtors.filtered(lambda d: d.partner_id == cls.customer)
        cls.foreign_debtor = debtors - cls.debtor
        cls.item, cls.later_item = cls.debtor.item_ids.sorted("due_date")
        cls.path = cls.path_of(cls.debtor, cls.customer)
        cls.link = cls.debtor.ar_portal_link_ids
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.opener.headers["Accept-Language"] = "en-US"

    @classmethod
    def path_of(cls, debtor, recipient):
        """A new link's address, as a path."""
        return urlsplit(debtor._ar_action_url(recipient)).path

    def fill_limit(self, purpose, identity, count):
        """Visits that were counted before."""
        hits = self.env["ar.portal.hit"].sudo()
        hits.create([{"key": hits._ar_key(purpose, identity)} for _hit in range(count)])

    def get(self, path, **options):
        return self.url_open(path, allow_redirects=False, **options)

    def csrf(self, path=None):
        page = self.url_open(path or f"{self.path}/proof").text
        return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)

    def send(self, path=None, files=None, **values):
        """Post the form with a good proof, changed by ``values``."""
        path = path or f"{self.path}/proof"
        data = {
            "csrf_token": values.pop("csrf_token", None) or self.csrf(path),
            "item": self.item.id,
            "amount": "100,00",
            "paid_on": self.today.isoformat(),
            "reference": "TRANSFER 42",
            **values,
        }
        if files is None:
            files = [("receipt.pdf", pdf())]
        return self.url_open(
            path,
            data=data,
            files=[("files", (name, body, "text/html")) for name, body in files],
            allow_redirects=False,
        )

    def proofs(self):
        self.env.invalidate_all()
        return self.env["ar.payment.proof"].search([("debtor_id", "=", self.debtor.id)])


def pdf(encrypted=False):
    """A PDF of one blank page."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    if encrypted:
        writer.encrypt("", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind="PNG", **options):
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, kind, **options)
    return out.getvalue()
