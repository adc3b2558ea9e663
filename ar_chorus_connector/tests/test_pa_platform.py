"""Statuses of an accredited platform, from its messages to the collections."""

import base64
import logging
from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_chorus_connector.clients.masking import SECRETS

from .pa_common import SIREN, PaCase

FLOW_LOG = "odoo.addons.ar_chorus_connector.models.ar_platform_flow"
SYNC_LOG = "odoo.addons.ar_chorus_connector.models.ar_platform_sync"
SEARCH = "/v1/flows/search"
#: What the published codes are; none may be without a line in the table.
PUBLISHED = """
    200 201 202 203 204 205 206 207 208 209 210 211 212 213 214 220 221 224 225 226
    227 228 250 251 300 301 400 401 500 501 601
""".split()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 10:00:00")
class TestPaPlatform(PaCase):
    def test_every_published_code_has_its_line(self):
        for kind in ("pa", "superpdp"):
            rows = self.env["ar.platform.status"]._rows(kind, self.company)
            self.assertFalse(set(PUBLISHED) - set(rows))
            self.assertFalse(any(row.to_decide for row in rows.values()))

    def test_an_approval_fixes_the_due_date_and_holds_until_two_days_after(self):
        move = self.make_invoice(date="2026-11-15")
        move.invoice_date_due = "2026-11-30"
        self.play(
            self.flow(move, "200", "20261115100000"),
            self.flow(move, "203", "20261116100000"),
            self.flow(move, "205", "20261118100000"),
        )
        summary = self.sync()
        self.assertEqual((summary["error"], summary["events"]), ("", 3))
        link = self.link(move)
        self.assertEqual(link.external_id, f"{SIREN}/{move.name}/2026")
        self.assertEqual((link.status_code, link.canonical), ("205", "approved"))
        self.assertEqual(link.pause_until, date(2026, 12, 2))
        item = self.env["ar.item"].search([("move_id", "=", move.id)])
        self.assertEqual(item.confirmed_due_date, date(2026, 11, 30))
        self.assertFalse(link.legal_due, "a private buyer has no public delay")
        self.assertEqual(self.sync()["events"], 0, "nothing twice")

    def test_a_dispute_has_the_reason_of_its_code(self):
        move = self.make_invoice()
        reasons = [{"code": "PU_ERR", "label": "Prix", "comment": "Voir devis"}]
        self.play(self.flow(move, "207", reasons=reasons))
        self.sync()
        dispute = self.disputes(move)
        self.assertEqual(dispute.reason_id.code, "price")
        self.assertIn("Voir devis", dispute.description)
        self.assertEqual(dispute.amount, 1000.0)

    def test_only_the_unapproved_part_is_disputed(self):
        told, approved = self.make_invoice(), self.make_invoice()
        self.play(
            self.flow(told, "206", figures=[{"kind": "MNATTC", "amount": "150.00"}]),
            self.flow(approved, "206", figures=[{"kind": "MAPTTC", "amount": "900"}]),
        )
        self.sync()
        self.assertEqual(self.disputes(told).amount, 150.0)
        self.assertEqual(self.disputes(approved).amount, 100.0)

    def test_partial_payments_are_announced_one_by_one(self):
        move = self.make_invoice()

        def paid(amount, when, day):
            figures = [{"kind": "MPA", "amount": amount, "day": day}]
            return self.flow(move, "211", when, figures=figures)

        self.play(paid("400.00", "20261118100000", "2026-11-23"))
        self.sync()
        self.more(paid("250.00", "20261119100000", "2026-11-24"))
        self.sync()
        notices = self.notices(move).sorted("id")
        self.assertEqual(notices.mapped("amount"), [400.0, 250.0])
        self.assertEqual(
            notices.mapped("expected_date"), [date(2026, 11, 23), date(2026, 11, 24)]
        )
        self.assertEqual(set(notices.mapped("state")), {"active"})

    def test_an_invoice_that_reached_nobody_is_no_delivery(self):
        move = self.make_invoice()
        self.play(self.flow(move, "200", reasons=[{"code": "NON_TRANSMISE"}]))
        self.sync()
        self.assertEqual(self.link(move).canonical, "not_delivered")
        self.assertEqual(self.disputes(move).reason_id.code, "routing")

    def test_our_own_platform_refuses_the_invoice(self):
        move = self.make_invoice()
        problem = {"reasonCode": "InvalidSchema", "reasonMessage": "BT-81"}
        flow = {
            "type": "CustomerInvoice",
            "direction": "Out",
            "tracking": move.name,
            "ack": "Error",
            "problems": [problem],
        }
        self.play(flow, {**flow, "tracking": "OTHER", "ack": "Ok"})
        self.sync()
        self.assertEqual(self.link(move).canonical, "not_delivered")
        self.assertIn("BT-81", self.disputes(move).description)
        self.assertEqual(self.env["ar.platform.invoice"].search_count([]), 1)

    def test_the_steps_of_a_public_buyer_and_the_legal_delay(self):
        move = self.make_invoice()
        public = {"rule": "B2G"}
        self.play(self.flow(move, "203", "20260603100000", public))
        self.sync()
        link = self.link(move)
        self.assertTrue(link.is_public)
        self.assertEqual(link.legal_start, date(2026, 6, 3))
        note = [{"comment": "Le destinataire public a mandaté la facture"}]
        self.more(self.flow(move, "204", "20260610100000", public, reasons=note))
        self.sync()
        self.assertEqual(link.status_code, "204_MANDATEE")
        self.assertEqual(link.legal_due, date(2026, 7, 3))

    def test_a_status_before_its_invoice_waits(self):
        self.play(self.flow("FAC/2026/77001", "210"))
        self.assertEqual(self.sync()["unmatched"], 1)
        move = self.init_invoice(
            "out_invoice", self.buyer, "2026-06-01", amounts=[100.0], taxes=[]
        )
        move.name = "FAC/2026/77001"
        move.action_post()
        self.assertEqual(self.sync()["unmatched"], 0)
        self.assertTrue(self.disputes(move))

    def test_another_seller_or_year_is_another_invoice(self):
        move = self.make_invoice()
        self.play(
            self.flow(move, "210", seller="999999990"),
            self.flow(move, "210", date="2025-06-01"),
        )
        self.assertEqual(self.sync()["unmatched"], 2)
        self.assertFalse(self.disputes(move))

    def test_late_repeated_and_shuffled_messages_end_in_the_same_state(self):
        first, second = self.make_invoice(), self.make_invoice()

        def story(move):
            return [
                self.flow(move, "203", "20261002100000"),
                self.flow(move, "208", "20261003100000", reasons=[{"code": "CMD_ERR"}]),
                self.flow(move, "209", "20261004100000", issuer={"role": "SE"}),
                self.flow(move, "205", "20261005100000"),
                self.flow(move, "211", "20261118100000"),
            ]

        ordered, shuffled = story(first), story(second)
        self.play(*ordered, *shuffled[3:], shuffled[4], *shuffled[:3], shuffled[1])
        self.sync()
        for name in ("status_code", "canonical", "pause_until"):
            self.assertEqual(self.link(first)[name], self.link(second)[name])
        for move in (first, second):
            self.assertEqual(self.link(move).status_code, "211")
            self.assertEqual(len(self.notices(move)), 1)
            self.assertFalse(self.disputes(move).filtered(lambda d: d.state == "open"))
            self.assertEqual(len(self.link(move).event_ids), 5)

    def test_a_rejection_hours_after_the_deposit_stops_everything(self):
        move = self.make_invoice()
        self.play(self.flow(move, "200", "20261001100000"))
        self.sync()
        self.assertFalse(self.disputes(move))
        reasons = [{"code": "DEST_INC"}]
        self.more(self.flow(move, "213", "20261001163000", reasons=reasons))
        self.sync()
        self.assertEqual(self.link(move).canonical, "rejected")
        self.assertEqual(self.disputes(move).reason_id.code, "routing")

    def test_a_cancelled_invoice_is_for_a_person(self):
        move = self.make_invoice()
        cancelled = {"issuer": {"role": "SE"}, "flow": {"direction": "Out"}}
        self.play(self.flow(move, "220", **cancelled))
        self.sync()
        self.assertEqual(self.link(move).canonical, "withdrawn")
        self.assertTrue(self.disputes(move))

    def test_a_receipt_of_another_program_is_shown_and_changes_nothing(self):
        move = self.make_invoice()
        self.play(
            self.flow(move, "207", "20261001100000"),
            self.flow(move, "212", "20261002100000", {"direction": "Out"}),
        )
        self.sync()
        self.assertEqual(self.link(move).canonical, "cashed")
        self.assertEqual(self.disputes(move).state, "open")

    def test_an_unknown_code_changes_nothing_and_alerts_once(self):
        move, other = self.make_invoice(), self.make_invoice()
        self.play(self.flow(move, "299"), self.flow(other, "299"))
        with mute_logger("odoo.addons.ar_chorus_connector.models.ar_platform_invoice"):
            self.sync()
        alerts = self.platform.activity_ids.filtered(lambda a: "299" in a.summary)
        self.assertEqual(len(alerts), 1)
        self.assertFalse(self.disputes(move) | self.disputes(other))

    @mute_logger(FLOW_LOG)
    def test_a_hostile_file_is_kept_and_never_used(self):
        move = self.make_invoice()
        bomb = '<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'
        self.play(
            {"id": "bomb", "raw": bomb},
            {"id": "html", "raw": "<html/>"},
            {"id": "half", "raw": "<?xml version="},
            self.flow(move, "210"),
        )
        self.assertEqual(self.sync()["failed"], 3)
        bad = self.flows(state="unreadable")
        self.assertEqual(bad.mapped("flow_id"), ["bomb", "html", "half"])
        self.assertEqual(
            bad.mapped("error_kind"), ["forbidden", "wrong_root", "malformed"]
        )
        self.assertIn("entities", bad[0].error)
        self.assertEqual(base64.b64decode(bad[0].content).decode(), bomb)
        self.assertTrue(self.disputes(move), "the others are read")
        self.assertEqual(self.platform.flow_problem_count, 3)
        self.assertEqual(len(self.platform.activity_ids), 1)
        self.assertEqual(self.sync()["failed"], 0, "not read again for nothing")

    @mute_logger(FLOW_LOG, SYNC_LOG)
    def test_a_file_that_does_not_come_is_fetched_later(self):
        bad, good = self.make_invoice(), self.make_invoice()
        self.play(
            self.flow(bad, "210", flow={"id": "bad"}),
            self.flow(good, "210", flow={"id": "good"}),
        )
        fault = {"route": "/v1/flows/bad", "kind": "status", "status": 404}
        self.control("faults", [fault])
        self.sync()
        self.assertTrue(self.disputes(good))
        flow = self.flows(flow_id="bad")
        self.assertEqual(flow.state, "to_fetch")
        self.assertTrue(flow.error and flow.retry_at > fields.Datetime.now())
        flow.action_retry()
        self.sync()
        self.assertTrue(self.disputes(bad))
        self.assertFalse(flow.error)

    @mute_logger(SYNC_LOG)
    def test_the_mark_moves_only_when_all_pages_were_read(self):
        moves = [f"X/{n}" for n in range(130)]
        self.play(*[self.flow(number, "200") for number in moves])
        fault = {"route": SEARCH, "after": 1, "times": 9, "kind": "html"}
        self.control("faults", [fault])
        self.assertTrue(self.sync()["error"])
        self.assertFalse(self.platform.mark)
        self.assertEqual(len(self.flows()), 100, "what the first page told is kept")
        self.control("faults", [])
        self.assertFalse(self.sync()["error"])
        self.assertEqual(len(self.flows(state="done")), 130)
        # The date of the last flow, on the platform's own clock.
        self.assertEqual(self.platform.mark, self.utc("2026-09-01 08:02:10"))

    @mute_logger("odoo.addons.ar_chorus_connector.models.ar_platform_invoice")
    def test_a_message_that_cannot_be_applied_is_read_again(self):
        move = self.make_invoice()
        self.play(self.flow(move, "210"))
        Link = type(self.env["ar.platform.invoice"])
        with patch.object(Link, "_apply", side_effect=ValueError("pa-client-secret")):
            self.assertEqual(self.sync()["failed"], 1)
        flow = self.flows()
        self.assertEqual(flow.state, "to_read")
        self.assertNotIn("pa-client-secret", flow.error)
        flow.retry_at = False
        self.sync()
        self.assertEqual(flow.state, "done")
        self.assertTrue(self.disputes(move))

    def test_the_connection_test_names_what_is_wrong(self):
        def words():
            return self.platform.action_test_connection()["params"]

        self.assertTrue(words()["ok"])
        self.control("story", {"unsubscribed": ["/v1/flows"]})
        self.assertIn(SEARCH, words()["message"])
        self.platform.client_secret = "wrong-secret"
        self.assertIn("application", words()["message"])
        self.platform.api_url = "http://127.0.0.1:9"
        self.platform.token_url = "http://127.0.0.1:9/oauth2/token"
        self.assertFalse(words()["ok"])

    def test_no_secret_in_any_log(self):
        logger = logging.getLogger()
        with self.assertLogs(logger, "DEBUG") as caught:
            logger.debug("one line at least")
            self.play(self.flow(self.make_invoice(), "210"))
            self.control("faults", [{"route": SEARCH, "kind": "html"}])
            self.sync()
        text = "\n".join(caught.output)
        self.assertNotIn("pa-client-secret", text)
        self.assertNotIn("Bearer ey", SECRETS.mask(text))

    def test_two_companies_in_one_run_never_mix(self):
        other = self.setup_other_company()["company"]
        move = self.make_invoice()
        self.play(self.flow(move, "210"))
        second = self.make_platform(company_id=other.id, client_secret="wrong-one")
        with mute_logger(SYNC_LOG):
            self.sync(second)
        self.assertEqual(second.last_error_kind, "token")
        self.assertFalse(self.env["ar.platform.flow"].search([]))
        second.client_secret = "pa-client-secret"
        self.assertEqual(self.sync(second)["unmatched"], 1)
        self.assertFalse(self.disputes(move))
        self.sync()
        self.assertEqual(len(self.disputes(move)), 1)

    def test_numbered_events_go_the_same_way(self):
        move = self.make_invoice()
        day = str(move.invoice_date)
        events = [
            {"invoice_id": 7, "status_code": code, "created_at": f"2026-10-0{n}T08:00"}
            for n, code in enumerate(("api:sent", "fr:203", "fr:207"), 1)
        ]
        events[2]["data"] = {"details": [{"reason": "QTE_ERR"}]}
        self.control(
            "story",
            {
                "native_invoices": [
                    {"id": 7, "number": move.name, "date": day, "seller": SIREN},
                    {"id": 8, "number": "THEIRS", "date": day, "direction": "in"},
                ],
                "native_events": [*events, {**events[0], "invoice_id": 8}],
            },
        )
        native = self.make_platform(kind="superpdp", name="SUPER PDP")
        summary = self.sync(native)
        self.assertEqual((summary["error"], summary["events"]), ("", 3))
        self.assertEqual(self.disputes(move).reason_id.code, "quantity")
        self.assertEqual(native.native_cursor, "4")
        self.assertEqual(self.sync(native)["events"], 0)
