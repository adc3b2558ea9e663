from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ChorusCase

MODELS = "odoo.addons.ar_chorus_connector.models"
HISTORY = "consulter/historique"
SEARCH = "rechercher/fournisseur"


@tagged("post_install", "-at_install")
class TestPlatformSync(ChorusCase):
    def calls(self, route):
        return sum(route in call["route"] for call in self.control("calls"))

    def unknown_to_us(self, count):
        fact = ("DEPOSEE", "2026-11-01 10:00")
        return [self.told(f"X/{n}", fact) for n in range(count)]

    def test_every_status_is_on_the_timeline_in_its_own_order(self):
        move = self.make_invoice()
        author = {"first": "Zoé", "last": "Noël"}
        self.story(
            self.told(
                move,
                ("MISE_A_DISPOSITION", "2026-06-02 09:30"),
                ("DEPOSEE", "2026-06-01 10:00"),
                ("SUSPENDUE", "2026-06-05 11:00", "Bon <b>absent</b>", author),
            )
        )
        summary = self.sync()
        self.assertEqual((summary["moved"], summary["events"]), (1, 3))
        self.assertEqual(
            self.timeline(move),
            [
                "Deposited",
                "Made available to the buyer",
                "Suspended: Bon <b>absent</b>",
            ],
        )
        event = self.env["ar.event.link"].search(
            [("move_id", "=", move.id), ("kind", "=", "platform_status")], limit=1
        )
        self.assertEqual(event.actor, "Zoé Noël")
        # Eleven in Paris in June.
        self.assertEqual(event.event_date, self.utc("2026-06-05 09:00:00"))
        self.assertIn("&lt;b&gt;absent", event.body)

    def test_a_second_round_changes_nothing_and_reads_no_history(self):
        move = self.make_invoice()
        self.story(
            self.told(move, ("SUSPENDUE", fields.Datetime.to_string(self.now())))
        )
        self.sync()
        before = self.state(move)
        again = self.sync()
        self.assertEqual((again["moved"], again["events"]), (0, 0))
        self.assertEqual(self.calls(HISTORY), 1)
        self.assertEqual(self.state(move), before)

    def now(self):
        return fields.Datetime.now().replace(second=0)

    def state(self, move):
        return (
            self.timeline(move),
            self.disputes(move).mapped("name"),
            self.link(move).read(["canonical", "status_code", "comment", "pending"]),
        )

    def test_only_what_moved_is_read_again(self):
        moves = [self.make_invoice() for _n in range(3)]
        now = str(self.now())
        self.story(*[self.told(m, ("DEPOSEE", now)) for m in moves])
        self.assertEqual(self.sync()["read"], 3)
        self.control(
            "advance",
            {"number": moves[1].name, "history": [{"code": "MANDATEE", "date": now}]},
        )
        self.assertEqual(self.sync()["read"], 1)
        self.assertEqual(self.link(moves[1]).canonical, "approved")

    def test_more_than_one_page(self):
        rows = [
            self.told(f"X/{n}", ("DEPOSEE", "2026-11-01 10:00")) for n in range(230)
        ]
        self.story(*rows)
        with patch.object(type(self.platform), "_read_histories", lambda *a: None):
            summary = self.sync()
        self.assertEqual((summary["pages"], summary["moved"]), (3, 230))
        self.assertEqual(self.platform.unmatched_count, 230)

    @mute_logger(f"{MODELS}.ar_platform_sync")
    def test_the_mark_moves_only_when_all_pages_were_read(self):
        rows = [
            self.told(f"X/{n}", ("DEPOSEE", "2026-11-01 10:00")) for n in range(150)
        ]
        self.story(*rows)
        self.control(
            "faults",
            [
                {
                    "route": SEARCH,
                    "after": 1,
                    "times": 9,
                    "kind": "status",
                    "status": 503,
                }
            ],
        )
        self.assertTrue(self.sync()["error"])
        self.assertFalse(self.platform.mark)
        # What the first page told is kept.
        self.assertEqual(self.platform.invoice_count, 100)
        self.control("faults", [])
        self.assertFalse(self.sync()["error"])
        self.assertTrue(self.platform.mark)
        self.platform.invalidate_recordset()
        self.assertEqual(self.platform.invoice_count, 150)

    def test_the_overlap_catches_what_arrived_late(self):
        self.sync()
        move = self.make_invoice()
        mark = self.platform.mark
        late = fields.Datetime.context_timestamp(
            self.platform.with_context(tz="Europe/Paris"),
            fields.Datetime.subtract(mark, minutes=90),
        )
        self.story(self.told(move, ("DEPOSEE", f"{late:%Y-%m-%d %H:%M}")))
        self.assertEqual(self.sync()["moved"], 1)
        self.assertGreaterEqual(self.platform.mark, mark)

    @mute_logger(f"{MODELS}.ar_platform_sync")
    def test_one_invoice_fails_alone_and_is_tried_again(self):
        bad, good = self.make_invoice(), self.make_invoice()
        self.story(
            *[self.told(m, ("SUSPENDUE", "2026-10-01 10:00")) for m in (bad, good)]
        )
        self.control(
            "faults",
            [{"route": HISTORY, "kind": "business", "code": 20002, "label": "GDP"}],
        )
        summary = self.sync()
        self.assertEqual((summary["failed"], summary["error"]), (1, ""))
        failed = self.env["ar.platform.invoice"].search([("number", "=", bad.name)])
        self.assertIn("GDP", failed.error)
        self.assertTrue(failed.retry_at > fields.Datetime.now())
        self.assertTrue(self.disputes(good))
        failed.action_retry()
        self.sync()
        self.assertFalse(failed.error)
        self.assertTrue(self.disputes(bad))

    @mute_logger(f"{MODELS}.ar_platform_invoice")
    def test_a_record_that_cannot_be_applied_keeps_its_problem(self):
        bad, good = self.make_invoice(), self.make_invoice()
        self.story(
            *[self.told(m, ("SUSPENDUE", "2026-10-01 10:00")) for m in (bad, good)]
        )
        Link = type(self.env["ar.platform.invoice"])
        genuine = Link._apply

        def apply(links):
            if bad in links.move_id:
                raise ValueError("sim-tech-password is broken")
            return genuine(links)

        with patch.object(Link, "_apply", apply):
            self.assertEqual(self.sync()["failed"], 1)
        failed = self.env["ar.platform.invoice"].search([("number", "=", bad.name)])
        self.assertIn("is broken", failed.error)
        self.assertNotIn("sim-tech-password", failed.error)
        self.assertFalse(failed.event_ids, "the savepoint took everything back")
        self.assertTrue(self.disputes(good))

    @mute_logger(f"{MODELS}.ar_platform_sync")
    def test_a_platform_that_is_down_is_not_hammered(self):
        self.story(*self.unknown_to_us(9))
        self.control(
            "faults",
            [{"route": HISTORY, "times": 99, "kind": "status", "status": 503}],
        )
        self.assertTrue(self.sync()["error"])
        # One handful of histories at a time, four attempts each.
        self.assertEqual(self.calls(HISTORY), self.platform.parallel_calls * 4)

    def test_an_unknown_invoice_waits_and_is_found_once_posted(self):
        draft = self.init_invoice(
            "out_invoice", self.buyer, "2026-06-01", amounts=[100.0], taxes=[]
        )
        draft.name = "FAC/2026/90001"
        self.story(self.told("FAC/2026/90001", ("SUSPENDUE", "2026-10-01 10:00", "BL")))
        self.assertEqual(self.sync()["unmatched"], 1)
        waiting = self.env["ar.platform.invoice"].search([("move_id", "=", False)])
        self.assertEqual(waiting.event_ids.comment, "BL")
        draft.action_post()
        self.assertEqual(self.sync()["unmatched"], 0)
        self.assertEqual(waiting.move_id, draft)
        self.assertEqual(self.timeline(draft), ["Suspended: BL"])
        self.assertTrue(self.disputes(draft))

    def test_a_person_chooses_the_invoice(self):
        move = self.make_invoice()
        self.story(self.told("OTHER-NUMBER", ("SUSPENDUE", "2026-10-01 10:00")))
        self.sync()
        waiting = self.env["ar.platform.invoice"].search([("move_id", "=", False)])
        waiting.with_user(self.env.user).move_id = move
        self.assertTrue(self.disputes(move))

    def test_the_same_number_of_another_year_is_another_invoice(self):
        move = self.make_invoice(date="2026-06-01")
        self.story(
            self.told(move, ("REJETEE", "2026-10-01 10:00"), date="2025-06-01"),
        )
        self.assertEqual(self.sync()["unmatched"], 1)
        self.assertFalse(self.disputes(move))

    def test_the_same_number_of_another_seller_is_another_invoice(self):
        self.company.company_registry = "123 456 789 00011"
        move = self.make_invoice()
        self.story(
            self.told(move, ("REJETEE", "2026-10-01 10:00"), supplier="98765432100011"),
        )
        self.assertEqual(self.sync()["unmatched"], 1)

    def test_two_companies_in_one_run_never_mix(self):
        other = self.setup_other_company()["company"]
        second = self.make_platform(company_id=other.id, client_secret="wrong-secret")
        move = self.make_invoice()
        self.story(self.told(move, ("REJETEE", "2026-10-01 10:00")))
        with (
            mute_logger(f"{MODELS}.ar_platform_sync"),
            patch.object(type(second), "_commit_in_cron", lambda *a: None),
            patch.object(self.env.cr, "commit", self.env.flush_all),
        ):
            self.env["ar.platform"].sudo()._cron_sync()
        self.assertEqual(second.last_error_kind, "token")
        self.assertFalse(self.platform.last_error)
        self.assertTrue(self.disputes(move))
        second.client_secret = "sim-client-secret"
        self.assertEqual(self.sync(second)["unmatched"], 1)
        self.assertEqual(len(self.disputes(move)), 1)

    def test_a_connection_that_breaks_down_does_not_stop_the_others(self):
        other = self.setup_other_company()["company"]
        second = self.make_platform(company_id=other.id)
        Platform = type(second)
        genuine = Platform._read_moved

        def read_moved(platform, *args):
            if platform == self.platform:
                raise RuntimeError("with sim-tech-password in it")
            return genuine(platform, *args)

        with (
            mute_logger(f"{MODELS}.ar_platform_sync"),
            patch.object(Platform, "_read_moved", read_moved),
            patch.object(Platform, "_commit_in_cron", lambda *a: None),
            patch.object(self.env.cr, "rollback", lambda: None),
            patch.object(self.env.cr, "commit", lambda: None),
        ):
            self.env["ar.platform"].sudo()._cron_sync()
        self.assertIn("in it", self.platform.last_error)
        self.assertNotIn("sim-tech-password", self.platform.last_error)
        self.assertTrue(second.last_success)

    def clash(self, method):
        """Run the scheduled job while ``method`` of the first connection conflicts."""
        other = self.setup_other_company()["company"]
        second = self.make_platform(company_id=other.id)
        Platform = type(second)
        genuine = getattr(Platform, method)

        def clashing(platform, *args, **options):
            if platform == self.platform:
                raise SerializationFailure("could not serialize access")
            return genuine(platform, *args, **options)

        cron = self.env.ref("ar_chorus_connector.ar_platform_cron")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        with (
            self.assertNoLogs("odoo", "ERROR"),
            patch.object(Platform, method, clashing),
            patch.object(Platform, "_commit_in_cron", lambda *a: None),
            patch.object(self.env.cr, "rollback", lambda: None),
            patch.object(self.env.cr, "commit", self.env.flush_all),
        ):
            self.env["ar.platform"].sudo()._cron_sync()
        self.assertTrue(second.last_success, "the other one was synced")
        self.assertFalse(self.platform.last_error)
        after = triggers.search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before + 1, "it runs again soon")

    def test_a_conflict_when_locking_is_tried_again(self):
        self.clash("try_lock_for_update")

    def test_a_conflict_at_the_last_write_is_tried_again(self):
        self.clash("_note_success")

    def test_the_client_is_closed_whatever_happens(self):
        closed = []
        Client = type(self.platform._client())

        def breaks(*args):
            raise RuntimeError("broken")

        with (
            patch.object(Client, "close", lambda client: closed.append(client)),
            patch.object(type(self.platform), "_read_moved", breaks),
            self.assertRaises(RuntimeError),
        ):
            self.platform._sync(lambda processed: None)
        self.assertTrue(closed)

    def test_a_silent_platform_is_noticed(self):
        self.platform.last_event_date = fields.Datetime.subtract(self.now(), days=30)
        self.assertTrue(self.platform.silent)
        self.platform.last_event_date = self.now()
        self.assertFalse(self.platform.silent)

    def test_a_comment_that_changes_without_a_status_is_caught_by_the_sweep(self):
        move = self.make_invoice()
        first = ("SUSPENDUE", "2026-06-02 09:30", "BL absent")
        self.story(self.told(move, first))
        self.sync()
        link = self.link(move)
        link.read_at = fields.Datetime.subtract(self.now(), days=8)
        self.story(self.told(move, (*first[:2], "BL et RIB absents")))
        # The list shows nothing new: the date has not moved and is out of the window.
        self.sync()
        self.assertEqual(self.timeline(move)[-1], "Comment: BL et RIB absents")
        self.assertEqual(link.comment, "BL et RIB absents")
        self.assertIn("RIB", self.disputes(move).description)
        link.read_at = fields.Datetime.subtract(self.now(), days=8)
        self.assertEqual(self.sync()["events"], 0)
