"""Who may call the webhook, and how often."""

import base64
import hashlib
import hmac

import pytest

from odoo.addons.ar_chorus_connector.engine.webhook_auth import (
    SlidingWindow,
    is_authentic,
    read_call,
)

KEY = base64.b64encode(b"k" * 32).decode()
BODY = b'{"flowId": "x"}'
DIGEST = hmac.new(b"k" * 32, BODY, hashlib.sha256)


@pytest.mark.parametrize(
    ("signature", "authorization", "result"),
    [
        (base64.b64encode(DIGEST.digest()).decode(), "", True),
        (DIGEST.hexdigest(), "", True),
        ("sha256=" + DIGEST.hexdigest(), "", True),
        (DIGEST.hexdigest()[:-1] + "g", "", False),
        ("é", "", False),
        ("", f"Bearer {KEY}", True),
        ("", f"bearer  {KEY} ", True),
        ("", "Basic " + base64.b64encode(f"u:{KEY}".encode()).decode(), True),
        ("", "Basic " + base64.b64encode(KEY.encode()).decode(), False),
        ("", "Digest x", False),
        ("", "", False),
        # A wrong signature is not saved by a password.
        ("00" * 32, f"Bearer {KEY}", False),
    ],
)
def test_signature_or_password(signature, authorization, result):
    assert is_authentic(KEY, BODY, signature, authorization) is result


def test_no_key_no_entry():
    empty = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not is_authentic("", BODY, empty)
    assert not is_authentic("", BODY, "", "Bearer ")


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"\xff", b"[" * 100_000, b"{"])
def test_what_is_no_object_is_no_call(body):
    assert read_call(body) is None


def test_a_window_slides():
    now = [0.0]
    window = SlidingWindow(2, 60, clock=lambda: now[0])
    assert [window.admits("a") for _n in range(3)] == [True, True, False]
    assert window.admits("b")
    now[0] = 60.0
    assert window.admits("a")


def test_a_window_forgets_the_oldest_callers():
    window = SlidingWindow(1, 60, clock=lambda: 0.0)
    for number in range(window.MOST_KEYS + 5):
        window.admits(number)
    assert len(window._calls) == window.MOST_KEYS
