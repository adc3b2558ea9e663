import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..clients.transport import Transport

ROOT = Path(__file__).resolve().parents[2]
CREDENTIALS = {
    "client_id": "sim-client",
    "client_secret": "sim-client-secret",
    "tech_login": "TECH_1_SIM@cpro.fr",
    "tech_password": "sim-tech-password",
}


@freeze_time("2026-11-20 10:00:00")
class ChorusCase(AccountTestInvoicingCommon):
    """A connection to the simulator, which runs as a process of its own."""

    simulator = "chorus_pro"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = subprocess.Popen(
            [sys.executable, "-m", f"tests.simulators.{cls.simulator}", "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        cls.addClassCleanup(cls.process.stdout.close)
        cls.addClassCleanup(cls.process.wait)
        cls.addClassCleanup(cls.process.kill)
        cls.url = cls.process.stdout.readline().split()[-1]
        manager = cls.env.ref("ar_collections.group_manager")
        cls.env.user.group_ids = [Command.link(manager.id)]
        cls.company = cls.company_data["company"]
        cls.currency = cls.company.currency_id
        cls.buyer = cls.env["res.partner"].create(
            {
                "name": "Commune de Saint-Aubin",
                "is_company": True,
                "lang": "en_US",
                "property_payment_term_id": cls.env.ref(
                    "account.account_payment_term_immediate"
                ).id,
            }
        )
        cls.platform = cls.make_platform()

    def setUp(self):
        super().setUp()
        self.control("reset", {})
        # Waiting between two attempts is tested with the client, without Odoo.
        quick = patch.object(
            type(self.platform), "_transport", lambda _s: Transport(sleep=lambda _x: 0)
        )
        quick.start()
        self.addCleanup(quick.stop)

    @classmethod
    def make_platform(cls, **values):
        platform = cls.env["ar.platform"].create(
            {
                "name": "Chorus Pro",
                "company_id": cls.company.id,
                "environment": "demo",
                "token_url": f"{cls.url}/api/oauth/token",
                "api_url": cls.url,
                "first_days": 400,
                **CREDENTIALS,
                **values,
            }
        )
        platform.action_activate()
        return platform

    @classmethod
    def control(cls, name, body=None):
        """Talk to the simulator; a GET without body."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{cls.url}/_sim/{name}", data, 10) as answer:
            return json.loads(answer.read() or "{}")

    @classmethod
    def make_invoice(cls, amount=1000.0, date="2026-06-01", **values):
        return cls.init_invoice(
            "out_invoice",
            partner=cls.buyer,
            invoice_date=date,
            amounts=[amount],
            taxes=[],
            post=True,
            **values,
        )

    @classmethod
    def told(cls, move, *history, **values):
        """An invoice of the story: ``(code, date[, comment])`` each."""
        keys = ("code", "date", "comment", "author")
        return {
            "number": move if isinstance(move, str) else move.name,
            "date": "2026-06-01" if isinstance(move, str) else str(move.invoice_date),
            "total": 0 if isinstance(move, str) else move.amount_total,
            "currency": cls.currency.name,
            "buyer": {"siret": "21490308800015", "name": "Commune de Saint-Aubin"},
            "history": [dict(zip(keys, fact, strict=False)) for fact in history],
            **values,
        }

    def story(self, *invoices, **values):
        self.control("story", {"invoices": list(invoices), **values})

    def sync(self, platform=None):
        """One round; the figures it returned."""
        platform = platform or self.platform
        result = platform.action_sync()["params"]["summary"][str(platform.id)]
        self.env.flush_all()
        return result

    def link(self, move):
        return self.env["ar.platform.invoice"].search([("move_id", "=", move.id)])

    def disputes(self, move):
        return self.env["ar.dispute"].search([("move_id", "=", move.id)])

    def notices(self, move):
        domain = [("line_ids.move_id", "=", move.id)]
        return self.env["ar.payment.notice"].search(domain)

    def timeline(self, move):
        links = self.env["ar.event.link"].search(
            [("move_id", "=", move.id), ("kind", "like", "platform_%")],
            order="event_date, id",
        )
        return links.mapped("summary")

    @staticmethod
    def utc(text):
        return fields.Datetime.to_datetime(text)
