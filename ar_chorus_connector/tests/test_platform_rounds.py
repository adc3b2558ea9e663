from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ChorusCase
from .pa_common import SIREN, PaCase

MODELS = "odoo.addons.ar_chorus_connector.models"
SEARCH = "rechercher/fournisseur"
HISTORY = "consulter/historique"


def down(route, after=0):
    return {
        "route": route,
        "after": after,
        "times": 99,
        "kind": "status",
        "status": 503,
    }


@tagged("post_install", "-at_install")
class TestPlatformRounds(ChorusCase):
    """Rounds that are cut short, and what they cost."""

    def pages(self):
        """The pages of the list that were asked for since the last story."""
        return [c["route"] for c in self.control("calls") if SEARCH in c["route"]]

    @mute_logger(f"{MODELS}.ar_platform_sync")
    def test_a_list_cut_short_goes_on_with_the_missing_page(self):
        day = ("DEPOSEE", "2026-11-01 10:00")
        self.story(*[self.told(f"X/{n}", day) for n in range(450)])
        self.control("faults", [down(SEARCH, after=3)])
        with patch.object(type(self.platform), "_read_histories", lambda *a: None):
            self.assertTrue(self.sync()["error"])
            self.assertEqual(self.platform.cut_short["page"], 3)
            self.control("faults", [])
            summary = self.sync()
        self.assertEqual((summary["pages"], summary["moved"]), (2, 150))
        self.assertTrue(self.platform.mark)
        self.assertFalse(self.platform.cut_short)

    @mute_logger(f"{MODELS}.ar_platform_sync")
    def test_a_list_that_changed_meanwhile_is_read_from_its_start(self):
        day = ("DEPOSEE", "2026-11-01 10:00")
        rows = [self.told(f"X/{n}", day, id=5000 + n) for n in range(250)]
        self.story(*rows)
        self.control("faults", [down(SEARCH, after=2)])
        with patch.object(type(self.platform), "_read_histories", lambda *a: None):
            self.sync()
            self.control("faults", [])
            # The first and the last have gone: what was behind one has moved up.
            self.story(*rows[1:-1])
            summary = self.sync()
        self.assertEqual(summary["error"], "")
        self.assertEqual(summary["pages"], 1 + 3)
        numbers = set(self.platform.invoice_ids.mapped("number"))
        self.assertLessEqual({row["number"] for row in rows[1:-1]}, numbers)

    def test_one_of_long_ago_is_begun_anew(self):
        self.platform.cut_short = {
            "since": "2026-11-01T00:00:00+00:00",
            "until": "2026-11-18T00:00:00+00:00",
            "page": 7,
            "rows": 700,
            "total": 800,
        }
        self.story(self.told("X/1", ("DEPOSEE", "2026-11-19 10:00")))
        self.assertEqual(self.sync()["moved"], 1)

    def test_what_an_event_costs_does_not_grow(self):
        def cost(count):
            moves = [self.make_invoice(100.0 + n) for n in range(count)]
            self.env["ar.debtor"]._ar_refresh({self.buyer.id})
            fact = ("SERVICE_FAIT", "2026-11-20 10:30")
            self.story(*[self.told(move, fact, id=move.id) for move in moves])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.sync()["events"], count)
            return self.env.cr.sql_log_count - before

        cost(1)
        small, large = cost(2), cost(22)
        self.assertLess((large - small) / 20, 12, "queries per further event")

    def test_a_status_of_a_clock_ahead_of_ours_is_not_lost(self):
        move = self.make_invoice()
        self.story(self.told(move, ("SUSPENDUE", "2026-11-20 11:04")))
        self.assertEqual(self.sync()["moved"], 0, "four minutes from now")
        with freeze_time("2026-11-20 10:10:00"):
            self.assertEqual(self.sync()["moved"], 1)
        self.assertTrue(self.disputes(move))

    def test_a_deposit_is_followed_until_its_invoice_shows(self):
        move = self.make_invoice(250.0)
        move.ar_deposit_number = "CPP90"
        self.env.cr.execute(
            "UPDATE account_move SET invoice_date = '2026-11-01' WHERE id = %s",
            [move.id],
        )
        self.env.invalidate_all()
        self.story(deposits={"CPP90": {"state": "EN_ATTENTE_TRAITEMENT"}})
        self.sync()
        deposit = self.platform.deposit_ids.sudo()
        for state in ("IN_INTEGRE", "IN_INTEGRE"):
            # Taken in, but no list shows the invoice yet.
            self.story(deposits={"CPP90": {"state": state}})
            deposit.checked_at = fields.Datetime.now() - timedelta(days=1)
            self.sync()
            self.assertEqual(deposit.state, "done")
            self.assertFalse(self.disputes(move))
            self.assertFalse(self.link(move))
        fact = ("MISE_A_DISPOSITION", "2026-11-20 10:30")
        self.story(self.told(move, fact, deposit="CPP90"))
        self.sync()
        self.assertEqual(self.link(move).canonical, "made_available")
        self.assertFalse(self.platform._hidden_deposits())

    def test_the_timeline_keeps_reasons_and_amounts(self):
        move = self.make_invoice()
        self.story(self.told(move, ("MISE_EN_PAIEMENT", "2026-11-19 10:00")))
        self.sync()
        event = self.link(move).event_ids.sudo()
        event.write({"has_amount": True, "amount_cents": 4050, "reasons": "QTE_ERR A"})
        told = event._told()
        self.assertEqual((told["amount"], told["reasons"]), ("40.50", ["QTE_ERR", "A"]))
        self.assertEqual(told["sha256"], event.payload_hash)

    def test_a_payment_that_does_not_come_is_chased_again(self):
        move = self.make_invoice(1000.0)
        self.story(self.told(move, ("MISE_EN_PAIEMENT", "2026-11-19 10:00")))
        self.sync()
        notice = self.notices(move)
        debtor = self.env["ar.debtor"]._ar_refresh({self.buyer.id})

        def held(day):
            (item,) = debtor.explain(day.isoformat())["items"]
            return [reason["code"] for reason in item["reasons"]]

        self.assertIn("announced", held(notice.hold_until - timedelta(days=1)))
        self.assertEqual(held(notice.hold_until + timedelta(days=1)), [])

    def test_the_past_counts_from_the_legal_due_date_too(self):
        move = self.make_invoice(1000.0)
        self.story(self.told(move, ("MISE_A_DISPOSITION", "2026-11-10 09:00")))
        self.sync()
        debtor = self.env["ar.debtor"]._ar_refresh({self.buyer.id})
        debtor.strategy_id.legal_clock = True
        self.sync()
        day = self.company._ar_today() - timedelta(days=2)
        facts = self.env["ar.facts"]
        history = facts._ar_history(debtor, day, day)
        (row,) = [rows[-1] for rows in history.statuses.values()]
        self.assertEqual(str(row[3]), "2026-12-10")
        debtor.strategy_id.legal_clock = False
        history = facts._ar_history(debtor, day, day)
        (row,) = [rows[-1] for rows in history.statuses.values()]
        self.assertFalse(row[3])

    @mute_logger(f"{MODELS}.ar_platform_sync")
    def test_the_health_of_a_connection_is_told(self):
        self.story(self.told("X/1", ("DEPOSEE", "2026-11-20 10:30")))
        self.sync()
        platform = self.platform
        told = platform.read(["last_success", "lag_minutes", "last_error"])[0]
        self.assertEqual(told["last_success"], fields.Datetime.now())
        self.assertEqual((told["lag_minutes"], told["last_error"]), (0, False))
        self.assertEqual(platform.call_count, len(self.control("calls")))
        with freeze_time("2026-11-20 12:10:00"):
            platform.invalidate_recordset(["lag_minutes"])
            self.assertEqual(platform.lag_minutes, 130)
        self.control("faults", [down(SEARCH)])
        self.sync()
        self.assertIn("No usable answer", platform.with_context(lang=None).last_error)
        arch = platform.get_view(view_type="form")["arch"]
        for name in ("last_success", "lag_minutes", "call_count", "last_error"):
            self.assertIn(f'name="{name}"', arch)

    def test_the_filters_find_what_they_say(self):
        moves = [self.make_invoice(100.0 + n) for n in range(3)]
        rejected, approved, old = moves
        self.story(
            self.told(rejected, ("REJETEE", "2026-11-19 10:00")),
            self.told(approved, ("MANDATEE", "2026-11-19 10:00")),
            self.told(old, ("REJETEE", "2026-08-19 10:00")),
        )
        self.sync()
        view = self.env.ref("account.view_account_invoice_filter")
        arch = etree.fromstring(
            self.env["account.move"].get_view(view.id, "search")["arch"]
        )

        def found(name):
            (node,) = arch.xpath(f"//filter[@name='{name}']")
            domain = literal_eval(node.get("domain"))
            ours = [("id", "in", [move.id for move in moves])]
            return self.env["account.move"].search([*domain, *ours])

        self.assertEqual(found("ar_rejected_week"), rejected)
        self.assertEqual(found("ar_validated_not_paid"), approved)

    def test_an_invoice_is_found_by_the_id_that_a_depositing_module_kept(self):
        move = self.make_invoice()
        fact = ("SUSPENDUE", "2026-11-19 10:00")
        self.story({**self.told("AUTRE-NOM", fact), "id": move.id})
        Link = type(self.env["ar.platform.invoice"])
        kept = [("id", [move.id])]
        with patch.object(Link, "_id_fields", lambda *args: kept):
            self.sync()
        self.assertEqual(self.link(move).number, "AUTRE-NOM")
        self.assertTrue(self.disputes(move))


@tagged("post_install", "-at_install")
class TestPaRounds(PaCase):
    """Rounds with accredited platforms: what is asked again, and what is not."""

    def test_a_message_under_a_date_passed_already_is_found_within_a_week(self):
        move = self.make_invoice()
        late = {"updated": "2026-10-28T08:00:00Z"}
        first = self.flow(move, "203", flow={"updated": "2026-11-10T08:00:00Z"})
        self.play(first)
        self.sync()
        self.play(first, self.flow(move, "207", "20261111100000", flow=late))
        self.assertEqual(self.sync()["events"], 0)
        self.platform.swept_at = fields.Datetime.now() - timedelta(days=8)
        self.assertEqual(self.sync()["events"], 1)
        self.assertTrue(self.disputes(move))
        self.assertEqual(str(self.platform.mark), "2026-11-10 08:00:00")

    def test_messages_are_kept_before_they_are_read_and_replaced_when_fetched_again(
        self,
    ):
        moves = [self.make_invoice(10.0 + n) for n in range(3)]
        self.play(*[self.flow(move, "205") for move in moves])
        self.sync()
        flows = self.flows()
        self.assertEqual(set(flows.mapped("state")), {"done"})
        self.assertEqual(len(set(flows.mapped("sha256"))), 3)
        files = self.env["ir.attachment"].sudo()
        domain = [
            ("res_model", "=", "ar.platform.flow"),
            ("res_field", "=", "content"),
            ("res_id", "in", flows.ids),
        ]
        self.assertEqual(files.search_count(domain), 3)
        raw = files.search(domain, limit=1).raw
        flows._keep_files(dict.fromkeys(flows, raw))
        self.assertEqual(files.search_count(domain), 3)
        flows.invalidate_recordset()
        self.assertEqual(len(set(flows.mapped("content"))), 1)

    def test_several_messages_of_one_invoice_in_one_round(self):
        move = self.make_invoice()
        self.play(
            self.flow(move, "203", "20261001100000"),
            self.flow(move, "207", "20261002100000"),
            self.flow(move, "205", "20261003100000"),
        )
        summary = self.sync()
        self.assertEqual((summary["events"], summary["failed"]), (3, 0))
        self.assertEqual(self.link(move).canonical, "approved")
        self.assertNotIn("open", self.disputes(move).mapped("state"))
        self.assertEqual(len(self.timeline(move)), 3)

    @mute_logger(f"{MODELS}.ar_platform_invoice")
    def test_the_bad_one_among_many_fails_alone(self):
        moves = [self.make_invoice(10.0 + n) for n in range(7)]
        self.play(*[self.flow(move, "207") for move in moves])
        Link = type(self.env["ar.platform.invoice"])
        genuine = Link._apply

        def apply(links):
            if moves[4] in links.move_id:
                raise ValueError("broken")
            return genuine(links)

        with patch.object(Link, "_apply", apply):
            summary = self.sync()
        self.assertEqual((summary["failed"], summary["events"]), (1, 6))
        self.assertEqual([bool(self.disputes(m)) for m in moves].count(True), 6)
        self.assertFalse(self.disputes(moves[4]))
        self.assertEqual(self.flows(state="to_read").mapped("error"), ["broken"])

    def test_the_native_interface_is_asked_once_about_an_invoice(self):
        moves = [self.make_invoice(10.0 + n) for n in range(3)]
        days = [f"2026-10-0{n}T08:00" for n in range(1, 4)]
        invoices = [
            {"id": n, "number": m.name, "date": str(m.invoice_date), "seller": SIREN}
            for n, m in enumerate(moves, 1)
        ]
        events = [
            {"invoice_id": n, "status_code": code, "created_at": day}
            for code, day in zip(("fr:203", "fr:204", "fr:205"), days, strict=True)
            for n in range(1, 4)
        ]
        native = self.make_platform(kind="superpdp", name="SUPER PDP")
        told = {"native_invoices": invoices}
        self.control("story", {**told, "native_events": events[:6]})
        self.assertEqual(self.sync(native)["events"], 6)
        self.control("story", {**told, "native_events": events})
        self.assertEqual(self.sync(native)["events"], 3)
        calls = [c for c in self.control("calls") if "/v1.beta/invoices/" in c["route"]]
        self.assertEqual(len(calls), 3)
        self.assertEqual(self.link(moves[2]).canonical, "approved")
