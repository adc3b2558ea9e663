from odoo.tests import freeze_time

from .common import ChorusCase

SIREN = "552100554"


@freeze_time("2026-11-20 10:00:00")
class PaCase(ChorusCase):
    """A connection to a simulated accredited platform, a process of its own."""

    simulator = "xp_z12_013"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.company_registry = f"{SIREN}00013"
        cls.buyer.company_registry = "21490308800015"

    @classmethod
    def make_platform(cls, **values):
        return super().make_platform(
            **{
                "name": "Accredited platform",
                "kind": "pa",
                "token_url": f"{cls.url}/oauth2/token",
                "api_url": cls.url,
                "client_id": "pa-client",
                "client_secret": "pa-client-secret",
                "tech_login": False,
                "tech_password": False,
                "calls_per_second": 0,
                "cashed_emission": "off",
                **values,
            }
        )

    @classmethod
    def status(cls, move, code, when="20261001100000", **values):
        """A status message about one invoice, for the story."""
        number = move if isinstance(move, str) else move.name
        day = "2026-06-01" if isinstance(move, str) else str(move.invoice_date)
        return {
            "number": number,
            "date": day,
            "seller": SIREN,
            "code": code,
            "when": when,
            **values,
        }

    @classmethod
    def flow(cls, move, code, when="20261001100000", flow=None, **values):
        return {"cdar": cls.status(move, code, when, **values), **(flow or {})}

    def play(self, *flows, **story):
        """Replace the story of the platform."""
        self.control("story", {"flows": list(flows), **story})

    def more(self, *flows):
        self.control("advance", {"flows": list(flows)})

    def flows(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["ar.platform.flow"].search(domain, order="id")
