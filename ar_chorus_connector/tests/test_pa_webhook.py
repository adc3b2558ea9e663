"""The webhook of a platform: who may call, and that a call only wakes the reading."""

import base64
import hashlib
import hmac
import json
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.ar_chorus_connector.controllers import webhook
from odoo.addons.ar_chorus_connector.engine.webhook_auth import SlidingWindow

FLOW = {"flowId": "f1", "updatedAt": "2026-11-20T10:00:00Z", "flowDirection": "In"}


@tagged("post_install", "-at_install")
class TestPaWebhook(HttpCase):
    def setUp(self):
        super().setUp()
        window = patch.object(webhook, "WINDOW", SlidingWindow(120, 60.0))
        window.start()
        self.addCleanup(window.stop)
        self.platform = self.env["ar.platform"].create(
            {
                "name": "PA",
                "kind": "pa",
                "environment": "demo",
                "client_id": "pa-client",
                "client_secret": "pa-client-secret",
            }
        )
        self.platform.action_activate()
        self.platform.action_webhook_key()
        self.key = base64.b64decode(self.platform.webhook_secret)
        self.path = f"/ar/platform/webhook/{self.platform.webhook_uid}"
        self.cron = self.env.ref("ar_chorus_connector.ar_platform_cron")
        self.env["ir.cron.trigger"].search([]).unlink()

    def woken(self):
        triggers = self.env["ir.cron.trigger"]
        return triggers.search_count([("cron_id", "=", self.cron.id)])

    def done(self):
        """The scheduled reading has run."""
        self.env["ir.cron.trigger"].search([]).unlink()

    def call(self, told=FLOW, path=None, body=None, **headers):
        body = json.dumps(told).encode() if body is None else body
        if not headers:
            digest = hmac.new(self.key, body, hashlib.sha256).digest()
            headers = {"Signature": base64.b64encode(digest).decode()}
        headers = {"Content-Type": "application/json", **headers}
        url = path or self.path
        return self.url_open(url, data=body, headers=headers, timeout=20).status_code

    def test_a_signed_call_wakes_the_reading_at_once(self):
        self.assertEqual(self.call(), 200)
        self.assertEqual(self.woken(), 1)
        trigger = self.env["ir.cron.trigger"].search([])
        self.assertLessEqual(trigger.call_at, fields.Datetime.now())
        self.assertTrue(self.platform.webhook_date)

    def test_a_repetition_and_a_replay_wake_nobody(self):
        self.call()
        self.done()
        self.assertEqual(self.call(), 200, "the platform is content")
        self.assertEqual(self.woken(), 0)
        self.assertEqual(self.call({**FLOW, "flowId": "f2"}), 200)
        self.assertEqual(self.woken(), 1)

    def test_calls_in_a_burst_wake_once(self):
        for number in range(5):
            self.call({**FLOW, "flowId": f"f{number}"})
        self.assertEqual(self.woken(), 1)

    def test_every_usual_way_to_prove_who_calls(self):
        body = json.dumps(FLOW).encode()
        secret = self.platform.webhook_secret
        digest = hmac.new(self.key, body, hashlib.sha256)
        basic = base64.b64encode(f"any:{secret}".encode()).decode()
        good = [
            {"Signature": digest.hexdigest()},
            {"Signature": f"sha256={digest.hexdigest()}"},
            {"Authorization": f"Basic {basic}"},
            {"Authorization": f"Bearer {secret}"},
        ]
        for headers in good:
            self.assertEqual(self.call(**headers), 200)

    def test_whoever_does_not_prove_it_is_refused(self):
        wrong = hmac.new(b"other", json.dumps(FLOW).encode(), hashlib.sha256)
        bad = [
            {"Signature": base64.b64encode(wrong.digest()).decode()},
            {"Signature": "no base 64 !"},
            {"Signature": "ab" * 32},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "Basic !!"},
            {"X-Nothing": "1"},
        ]
        for headers in bad:
            with self.subTest(headers=headers):
                self.assertEqual(self.call(**headers), 401)
        self.assertEqual(self.woken(), 0)
        # A good signature of another body is none.
        signature = hmac.new(self.key, b"{}", hashlib.sha256).hexdigest()
        self.assertEqual(self.call(Signature=signature), 401)

    def test_an_unknown_address_looks_like_a_wrong_key(self):
        self.assertEqual(self.call(path="/ar/platform/webhook/unknown"), 401)
        self.platform.action_deactivate()
        self.assertEqual(self.call(), 401)
        self.assertEqual(self.woken(), 0)

    def test_without_a_key_nothing_is_authentic(self):
        self.platform.webhook_secret = False
        empty = hmac.new(b"", json.dumps(FLOW).encode(), hashlib.sha256).hexdigest()
        self.assertEqual(self.call(Signature=empty), 401)
        self.assertEqual(self.call(Authorization="Bearer "), 401)

    def test_reading_the_address_changes_nothing(self):
        answer = self.url_open(self.path, timeout=20)
        self.assertIn(answer.status_code, (404, 405))
        self.assertEqual(self.woken(), 0)

    def test_a_body_that_is_too_large_or_no_object(self):
        self.assertEqual(self.call(body=b" " * (65 * 1024)), 413)
        for body in (b"[]", b"no json", b"[" * 20000, b"\xff"):
            self.assertEqual(self.call(body=body), 400)
        self.assertEqual(self.woken(), 0)

    def test_too_many_calls_are_refused_before_anything_else(self):
        with patch.object(webhook, "WINDOW", SlidingWindow(2, 60.0)):
            codes = [self.call(Signature="x" * 8) for _n in range(3)]
        self.assertEqual(codes, [401, 401, 429])

    def test_the_key_is_for_administrators_and_never_in_the_address(self):
        manager = new_test_user(
            self.env, "wh_manager", "ar_collections.group_manager,base.group_user"
        )
        platform = self.platform.with_user(manager)
        self.assertNotIn(self.platform.webhook_secret, platform.webhook_url)
        with self.assertRaises(AccessError):
            platform.read(["webhook_secret"])
        with self.assertRaises(AccessError):
            platform.action_webhook_key()
        old = self.platform.webhook_uid
        self.platform.action_webhook_key()
        self.assertNotEqual(self.platform.webhook_uid, old)
        self.assertFalse(self.platform.copy().webhook_secret)
