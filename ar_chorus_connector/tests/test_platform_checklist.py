import io
import logging
import random

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.dates import parse_moment
from ..engine.payloads import MovedInvoice, Observed, PlatformEvent
from .common import CREDENTIALS, ChorusCase

MODELS = "odoo.addons.ar_chorus_connector.models"
SEARCH = "rechercher/fournisseur"
HISTORY = "consulter/historique"


@tagged("post_install", "-at_install")
class TestPlatformChecklist(ChorusCase):
    """What a platform does to its clients, against the running simulator."""

    def fact(self, code, date, comment="", **values):
        return {"code": code, "date": date, "comment": comment, **values}

    def fault(self, **fault):
        self.control("faults", [fault])

    def test_1_a_token_that_expires_while_pages_are_read(self):
        rows = [
            self.told(f"X/{n}", ("DEPOSEE", "2026-11-01 10:00")) for n in range(150)
        ]
        self.story(*rows, token_life=3600)
        self.fault(route=SEARCH, after=1, kind="status", status=401)
        summary = self.sync()
        self.assertEqual((summary["error"], summary["moved"]), ("", 150))
        tokens = [c for c in self.control("calls") if "oauth" in c["route"]]
        self.assertEqual(len(tokens), 2)

    @mute_logger(f"{MODELS}.ar_platform_sync")
    def test_2_each_wrong_credential_is_told_in_its_own_words(self):
        self.story(structures=[])
        told = {}
        for name in ("client_secret", "tech_password"):
            right = self.platform[name]
            self.platform[name] = "quite-wrong"
            result = self.platform.action_test_connection()["params"]
            told[name] = result["message"]
            self.assertFalse(result["ok"])
            self.platform[name] = right
        self.story(unsubscribed=["factures"])
        told["route"] = self.platform.action_test_connection()["params"]["message"]
        self.story(structures=[])
        self.platform.structure_siret = "99999999900011"
        told["siret"] = self.platform.action_test_connection()["params"]["message"]
        self.assertEqual(len(set(told.values())), 4)
        self.assertIn("99999999900011", told["siret"])
        self.assertNotIn("quite-wrong", str(told))

    def test_3_no_result_is_no_error(self):
        self.fault(route=SEARCH, kind="business", code=20000, label="TRA_MSG_00.015")
        self.assertEqual(self.sync()["error"], "")

    @mute_logger(f"{MODELS}.ar_platform_sync")
    def test_4_html_cut_and_truncated_answers_cost_one_call_each(self):
        move = self.make_invoice()
        self.story(self.told(move, ("SUSPENDUE", "2026-11-12 10:00")))
        self.control(
            "faults",
            [
                {"route": SEARCH, "kind": "html"},
                {"route": SEARCH, "kind": "cut"},
                {"route": HISTORY, "kind": "truncated"},
                {"route": HISTORY, "kind": "empty"},
                {"route": HISTORY, "kind": "status", "status": 429, "retry_after": 1},
            ],
        )
        summary = self.sync()
        self.assertEqual((summary["error"], summary["failed"]), ("", 0))
        self.assertTrue(self.disputes(move))

    def test_6_loops_and_two_statuses_in_one_minute(self):
        move = self.make_invoice()
        loop = [
            (code, f"2026-11-{day:02d} 10:00")
            for day in range(2, 10)
            for code in ("SUSPENDUE", "MISE_A_DISPOSITION")
        ]
        self.story(self.told(move, *loop))
        self.sync()
        self.assertEqual(self.link(move).canonical, "made_available")
        self.assertNotIn("open", self.disputes(move).mapped("state"))

    def test_6_hostile_texts_are_only_texts(self):
        move = self.make_invoice()
        nasty = "<script>alert(1)</script>\u202e\x00é" + "x" * 4000 + "\r\n%(name)s"
        self.story(self.told(move, ("SUSPENDUE", "2026-11-12 10:00", nasty)))
        self.sync()
        self.assertFalse(self.link(move).error)
        self.assertIn("<script>", self.link(move).comment)
        event = self.env["ar.event.link"].search(
            [("move_id", "=", move.id), ("kind", "=", "platform_status")], limit=1
        )
        self.assertNotIn("<script>", event.body)

    def test_6_a_vendor_s_spelling_of_a_code(self):
        move = self.make_invoice()
        self.story(self.told(move, ("SERVICE-FAIT", "2026-11-12 10:00")))
        self.sync()
        self.assertEqual(self.link(move).canonical, "service_done")

    def test_7_the_same_number_in_two_years(self):
        old = self.make_invoice(100.0, "2025-06-01")
        new = self.make_invoice(100.0, "2026-06-01")
        number = "2026/DOUBLE/1"
        journal = self.company_data["default_journal_sale"].copy({"code": "TWIN"})
        for move, place in ((old, journal), (new, new.journal_id)):
            self.env.cr.execute(
                "UPDATE account_move SET name = %s, journal_id = %s WHERE id = %s",
                [number, place.id, move.id],
            )
        self.env.invalidate_all()
        story = [
            {**self.told(number, ("SUSPENDUE", "2026-11-12 10:00")), "date": day}
            for day in ("2025-06-01", "2026-06-01")
        ]
        self.story(*story)
        self.sync()
        self.assertEqual(self.link(new).invoice_date.year, 2026)
        self.assertEqual(self.link(old).invoice_date.year, 2025)

    def test_7_a_deposit_of_more_than_ten_invoices(self):
        moves = [self.make_invoice(10.0 + n) for n in range(12)]
        fact = ("DEPOSEE", "2026-11-12 10:00")
        self.story(*[self.told(m, fact, deposit="CPP1") for m in moves])
        self.sync()
        self.assertTrue(all(self.link(move) for move in moves))

    def test_8_the_hour_that_comes_twice_keeps_the_platform_s_order(self):
        move = self.make_invoice()
        self.story(
            self.told(
                move,
                ("MISE_A_DISPOSITION", "2026-10-25 01:30"),
                ("SUSPENDUE", "2026-10-25 02:30"),
                ("COMPLETEE", "2026-10-25 03:05"),
            )
        )
        self.sync()
        self.assertEqual(self.link(move).canonical, "completed")

    def test_11_two_companies_in_one_run_share_nothing(self):
        other = self.setup_other_company(name="Second")["company"]
        self.env.user.company_ids += other
        theirs = self.make_platform(name="Theirs", company_id=other.id)
        theirs.sudo().tech_password = "their-own-password"
        move = self.make_invoice()
        self.story(self.told(move, ("SUSPENDUE", "2026-11-12 10:00")))
        with mute_logger(f"{MODELS}.ar_platform_sync"):
            wrong = self.sync(theirs)
        self.assertIn("technical account", wrong["error"])
        self.assertEqual(self.sync()["error"], "")
        self.assertTrue(self.link(move))
        self.assertFalse(theirs.invoice_ids)

    def test_no_secret_reaches_a_log_a_record_or_a_message(self):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        # Whoever has every statement logged sees what is stored; not by our doing.
        handler.addFilter(lambda record: record.name != "odoo.sql_db")
        root = logging.getLogger()
        levels = {}
        for name in ("", "urllib3", "odoo.addons.ar_chorus_connector"):
            logger = logging.getLogger(name)
            levels[name] = logger.level
            logger.setLevel(logging.DEBUG)
        root.addHandler(handler)
        try:
            move = self.make_invoice()
            self.story(self.told(move, ("SUSPENDUE", "2026-11-12 10:00")))
            self.sync()
            self.fault(route=SEARCH, times=9, kind="status", status=500)
            self.sync()
            self.platform.client_secret = "another-client-secret"
            self.sync()
        finally:
            root.removeHandler(handler)
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
        fields = [n for n, f in self.platform._fields.items() if f.store]
        public = [n for n in fields if n not in CREDENTIALS]
        told = stream.getvalue() + str(self.platform.read(public))
        told += str(self.platform.message_ids.mapped("body"))
        told += str(self.platform.activity_ids.mapped("note"))
        self.assertIn(SEARCH, told)
        for secret in (*list(CREDENTIALS.values())[1:], "another-client-secret"):
            if secret != CREDENTIALS["tech_login"]:
                self.assertNotIn(secret, told)
        self.assertNotIn("Bearer ey", told)


@tagged("post_install", "-at_install")
class TestPlatformOrder(ChorusCase):
    """However the facts arrive, the records end as the ordered story says."""

    STORY = (
        ("DEPOSEE", "2026-10-01 09:00", "", None),
        ("MISE_A_DISPOSITION", "2026-10-02 09:00", "", None),
        ("SUSPENDUE", "2026-10-05 09:00", "Numéro d'engagement absent", None),
        ("COMPLETEE", "2026-10-06 09:00", "", None),
        ("SUSPENDUE", "2026-10-08 09:00", "RIB", None),
        ("MISE_A_DISPOSITION", "2026-10-09 09:00", "", None),
        ("MANDATEE", "2026-10-12 09:00", "Mandat 4", None),
        ("MISE_EN_PAIEMENT", "2026-11-18 09:00", "", 40_000),
        ("MISE_EN_PAIEMENT", "2026-11-19 09:00", "", 30_000),
    )

    def tell(self, move, order):
        """Facts one by one, as ``order`` says; then all of them."""
        events = [
            PlatformEvent(str(n), code, when, parse_moment(when), words, amount=amount)
            for n, (code, when, words, amount) in enumerate(self.STORY, 1)
        ]
        invoice, platform = MovedInvoice(f"order/{move.id}", move.name), self.platform
        summary = dict.fromkeys(("moved", "read", "events", "failed"), 0)
        for index in order:
            platform.sudo()._observe([Observed(invoice, (events[index],))], summary)
        platform.sudo()._observe([Observed(invoice, tuple(events))], summary)
        self.assertEqual((summary["failed"], summary["events"]), (0, len(events)))
        return self.state(move)

    def state(self, move):
        link = self.link(move)
        item = self.env["ar.item"].search([("move_id", "=", move.id)])
        notices = self.notices(move).filtered(lambda n: n.state == "active")
        return {
            "canonical": link.canonical,
            "disputes": self.disputes(move).filtered(lambda d: d.state == "open").ids,
            "notices": sorted(notices.mapped("amount")),
            "pause": link.pause_until,
            "legal": (link.legal_start, link.legal_due, link.unlawful),
            "item": (
                item.buyer_status,
                item.buyer_status_date,
                item.buyer_comment,
                item.confirmed_due_date,
                item.interest_start,
            ),
            "timeline": len(self.timeline(move)),
        }

    def test_every_order_of_arrival_ends_the_same(self):
        expected = self.tell(self.make_invoice(), range(len(self.STORY)))
        self.assertEqual(expected["notices"], [300.0, 400.0])
        self.assertEqual(expected["canonical"], "payment_sent")
        self.assertEqual(expected["disputes"], [])
        chance = random.Random(20261120)
        for _round in range(6):
            order = [chance.randrange(len(self.STORY)) for _n in range(7)]
            with self.subTest(order=order):
                self.assertEqual(self.tell(self.make_invoice(), order), expected)
