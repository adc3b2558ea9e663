"""Stripe as the customer's page meets it: interface, hosted page, notifications.

    python3 -m tests.simulators.stripe --port 8190 \
        --webhook http://127.0.0.1:8125/ar/stripe/3 --secret whsec_...

The official SDK talks to it unchanged (its ``api`` base address set to this port).
What a person does at Stripe is a form on ``/c/pay/<session>`` (card, sepa, decline);
what banks do later is a POST on ``/sim/<session>/<what>``: ``settle``, ``fail``,
``expire``, ``refund`` (``amount``), ``dispute`` (``status``). ``/sim/faults`` breaks
the coming calls (``429``, ``500``, ``slow``, ``cut``), ``/sim/mail`` holds, turns
round, doubles or releases notifications. Field names are those of Stripe's API.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import html
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KNOWN = {
    "mode",
    "client_reference_id",
    "line_items",
    "payment_method_types",
    "payment_intent_data",
    "metadata",
    "success_url",
    "cancel_url",
    "expires_at",
    "locale",
    "submit_type",
    "customer_email",
}
REQUIRED = ("mode", "line_items", "success_url")
METHODS = ("card", "sepa_debit")
SMALLEST = 50


class Refused(Exception):
    """An answer other than 200: status and the body's ``error``."""

    def __init__(self, status: int, message: str, **more):
        super().__init__(message)
        self.status = status
        kind = more.pop("kind", "invalid_request_error")
        self.body = {"error": {"type": kind, "message": message, **more}}


def nested(pairs) -> dict:
    """``a[b][0]=v`` as Stripe reads it: dictionaries, and lists for numbers."""
    root: dict = {}
    for key, value in pairs:
        names, at = re.findall(r"[^\[\]]+", key), root
        for name in names[:-1]:
            at = at.setdefault(name, {})
        at[names[-1]] = value
    return _lists(root)


def _lists(value):
    if not isinstance(value, dict):
        return value
    told = {key: _lists(part) for key, part in value.items()}
    if told and all(key.isdigit() for key in told):
        return [told[key] for key in sorted(told, key=int)]
    return told


def signature(secret: str, payload: bytes, at: int) -> str:
    """The header that proves who sent a notification."""
    signed = hmac.new(secret.encode(), b"%d." % at + payload, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


@dataclass
class Account:
    """One account in test mode: its objects, and the notifications it sends."""

    base: str
    webhook: str
    secret: str
    sessions: dict = field(default_factory=dict)
    intents: dict = field(default_factory=dict)
    idempotent: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    hold: bool = False
    double: bool = False
    count: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def new_id(self, prefix: str) -> str:
        self.count += 1
        account = hashlib.sha1(self.base.encode()).hexdigest()[:10]
        return f"{prefix}_{self.count:06d}{account}"

    # Sessions.

    def create(self, params: dict) -> dict:
        """A Checkout Session; parameters are refused as Stripe refuses them."""
        self._check(params)
        items = params["line_items"]
        total = sum(
            int(i["price_data"]["unit_amount"]) * int(i["quantity"]) for i in items
        )
        found = {
            "id": self.new_id("cs_test"),
            "object": "checkout.session",
            "mode": params["mode"],
            "amount_total": total,
            "currency": items[0]["price_data"]["currency"],
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "livemode": False,
            "client_reference_id": params.get("client_reference_id"),
            "metadata": params.get("metadata", {}),
            "payment_method_types": params.get("payment_method_types", ["card"]),
            "success_url": params["success_url"],
            "cancel_url": params.get("cancel_url"),
            "customer_email": params.get("customer_email"),
            "expires_at": int(params["expires_at"]),
            "created": int(time.time()),
        }
        found["url"] = f"{self.base}/c/pay/{found['id']}"
        self.sessions[found["id"]] = found
        found["_private"] = {
            "intent": params.get("payment_intent_data", {}),
            "items": items,
        }
        return found

    def _check(self, params: dict) -> None:
        for name in params:
            if name not in KNOWN:
                raise Refused(400, f"Received unknown parameter: {name}", param=name)
        for name in REQUIRED:
            if name not in params:
                raise Refused(400, f"Missing required param: {name}.", param=name)
        items = params["line_items"]
        currencies = {i["price_data"]["currency"] for i in items}
        if len(currencies) > 1 or len(items) > 100:
            raise Refused(400, "All prices must use the same currency", param="x")
        methods = params.get("payment_method_types", [])
        if [m for m in methods if m not in METHODS]:
            raise Refused(400, "Unknown method", param="payment_method_types")
        if "sepa_debit" in methods and currencies != {"eur"}:
            raise Refused(400, "sepa_debit takes eur", param="payment_method_types")
        if any(int(i["price_data"]["unit_amount"]) < SMALLEST for i in items):
            raise Refused(400, "Amount too small", code="amount_too_small")
        ahead = int(params.get("expires_at", 0)) - time.time()
        if not 1795 < ahead < 86400:
            raise Refused(400, "expires_at: 30 minutes to 24 hours", param="expires_at")

    def session(self, key: str) -> dict:
        if key not in self.sessions:
            raise Refused(404, f"No such checkout.session: {key}")
        return self.sessions[key]

    def public(self, found: dict, expand=()) -> dict:
        told = {k: v for k, v in found.items() if k != "_private"}
        if "payment_intent" in expand and told.get("payment_intent"):
            told["payment_intent"] = self.intents[told["payment_intent"]]
        return told

    def expire(self, found: dict) -> dict:
        if found["status"] != "open":
            raise Refused(400, f"Only open sessions expire: {found['status']}")
        found.update(status="expired", url=None)
        self.notify("checkout.session.expired", self.public(found))
        return self.public(found)

    # What payer and banks do.

    def pay(self, found: dict, method: str) -> None:
        """The payer confirms: a card is charged at once, a debit is under way."""
        data = found["_private"]["intent"]
        intent = {
            "id": self.new_id("pi"),
            "object": "payment_intent",
            "amount": found["amount_total"],
            "currency": found["currency"],
            "description": data.get("description"),
            "metadata": data.get("metadata", {}),
            "status": "succeeded" if method == "card" else "processing",
            "last_payment_error": None,
        }
        self.intents[intent["id"]] = intent
        paid = "paid" if method == "card" else "unpaid"
        found.update(
            status="complete",
            payment_status=paid,
            payment_intent=intent["id"],
            url=None,
        )
        self.notify("checkout.session.completed", self.public(found))

    def settle(self, found: dict, good: bool) -> None:
        intent = self.intents[found["payment_intent"]]
        if good:
            intent["status"] = "succeeded"
            found["payment_status"] = "paid"
        else:
            intent.update(
                status="requires_payment_method",
                last_payment_error={"message": "Insufficient funds"},
            )
        name = "succeeded" if good else "failed"
        self.notify(f"checkout.session.async_payment_{name}", self.public(found))

    def charge(self, found: dict) -> dict:
        intent = self.intents[found["payment_intent"]]
        return {
            "id": intent["id"].replace("pi_", "ch_"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_refunded": intent.get("_refunded", 0),
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "metadata": intent["metadata"],
        }

    def refund(self, found: dict, cents: int) -> None:
        intent = self.intents[found["payment_intent"]]
        intent["_refunded"] = intent.get("_refunded", 0) + cents
        self.notify("charge.refunded", self.charge(found))

    def dispute(self, found: dict, status: str) -> None:
        charge = self.charge(found)
        told = {
            "id": self.new_id("du"),
            "object": "dispute",
            "amount": charge["amount"],
            "currency": charge["currency"],
            "charge": charge["id"],
            "payment_intent": charge["payment_intent"],
            "reason": "debit_not_authorized",
            "status": status,
            "metadata": {},
        }
        closed = status in ("won", "lost")
        self.notify(f"charge.dispute.{'closed' if closed else 'created'}", told)

    # Notifications.

    def notify(self, kind: str, obj: dict) -> None:
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "type": kind,
            "livemode": False,
            "created": int(time.time()),
            "data": {"object": obj},
        }
        self.waiting.append(json.dumps(event).encode())
        if not self.hold:
            self.release()

    def release(self, backwards: bool = False) -> None:
        """Send what waits, in order or the other way round, twice when doubled."""
        todo, self.waiting = self.waiting, []
        for payload in reversed(todo) if backwards else todo:
            for _time in range(2 if self.double else 1):
                self.sent.append([json.loads(payload)["type"], self.deliver(payload)])

    def deliver(self, payload: bytes) -> int:
        """Status of the answer, 0 when nobody answers."""
        now = int(time.time())
        request = urllib.request.Request(
            self.webhook,
            payload,
            {
                "Content-Type": "application/json",
                "Stripe-Signature": signature(self.secret, payload, now),
            },
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


class Handler(BaseHTTPRequestHandler):
    """One request; the account is the server's."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        """Silence: tests read ``/sim/state``."""

    def do_GET(self):
        self._answer("GET")

    def do_POST(self):
        self._answer("POST")

    def _answer(self, method: str) -> None:
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        pairs = urllib.parse.parse_qsl(body, keep_blank_values=True)
        params = nested([*pairs, *urllib.parse.parse_qsl(url.query)])
        account = self.server.account
        try:
            if url.path == "/favicon.ico":
                self._send(204, b"", "image/x-icon")
            elif url.path.startswith("/c/pay/"):
                self._hosted(account, url.path.rsplit("/", 1)[1], method, params)
            elif url.path.startswith("/sim/"):
                self._json(200, self._control(account, url.path, params))
            else:
                self._json(200, self._interface(account, method, url.path, params))
        except Refused as refused:
            self._json(refused.status, refused.body)
        except ConnectionAbortedError:
            self.close_connection = True

    def _interface(self, account, method, path, params):
        account.calls.append([method, path, self.headers.get("Idempotency-Key")])
        if not (self.headers.get("Authorization") or "").startswith("Bearer sk_test_"):
            raise Refused(401, "Invalid API Key provided")
        self._fault(account)
        parts = path.strip("/").split("/")
        if parts[:3] != ["v1", "checkout", "sessions"]:
            raise Refused(404, f"Unrecognized request URL ({method}: {path}).")
        with account.lock:
            if method == "GET":
                expand = params.get("expand") or []
                return account.public(account.session(parts[3]), expand)
            if len(parts) == 5 and parts[4] == "expire":
                return account.expire(account.session(parts[3]))
            return self._once(account, path, params)

    def _once(self, account, path, params):
        key = self.headers.get("Idempotency-Key")
        asked = json.dumps([path, params], sort_keys=True)
        if key in account.idempotent:
            before, answer = account.idempotent[key]
            if before != asked:
                raise Refused(
                    400, "Other parameters than before", kind="idempotency_error"
                )
            return answer
        answer = account.public(account.create(params))
        if key:
            account.idempotent[key] = (asked, answer)
        return answer

    def _fault(self, account) -> None:
        fault = account.faults.pop(0) if account.faults else None
        if fault == "cut":
            self.connection.close()
            raise ConnectionAbortedError
        if fault == "slow":
            time.sleep(15)
        if fault in ("429", "500"):
            kind = "rate_limit_error" if fault == "429" else "api_error"
            raise Refused(int(fault), "simulated", kind=kind)

    def _control(self, account, path, params):
        parts = path.strip("/").split("/")[1:]
        if parts == ["state"]:
            return {
                "calls": account.calls,
                "sent": account.sent,
                "waiting": len(account.waiting),
                "sessions": [account.public(s) for s in account.sessions.values()],
            }
        if parts == ["faults"]:
            account.faults.extend(params["kinds"].split(","))
            return {}
        if parts == ["mail"]:
            account.hold = params.get("hold") == "1"
            account.double = params.get("double") == "1"
            if not account.hold:
                account.release(params.get("backwards") == "1")
            return {"sent": account.sent}
        found, what = account.session(parts[0]), parts[1]
        act = {
            "settle": lambda: account.settle(found, True),
            "fail": lambda: account.settle(found, False),
            "expire": lambda: account.expire(found),
            "refund": lambda: account.refund(found, int(params["amount"])),
            "dispute": lambda: account.dispute(found, params["status"]),
        }[what]
        act()
        return {"sent": account.sent}

    def _hosted(self, account, key, method, params):
        found = account.sessions.get(key)
        if not found or found["status"] != "open":
            return self._html(404, "<h1>This page is no longer available</h1>")
        if method == "GET":
            return self._html(200, checkout_page(found))
        if params.get("do") == "decline":
            said = "<p role='alert'>Your card was declined.</p>"
            return self._html(200, said + checkout_page(found))
        account.pay(found, "card" if params.get("do") == "card" else "sepa_debit")
        return self._send(303, b"", "text/html", Location=found["success_url"])

    def _json(self, status, value):
        self._send(status, json.dumps(value).encode(), "application/json")

    def _html(self, status, text):
        page = f"<!DOCTYPE html><html lang='en'><title>Stripe</title>{text}</html>"
        self._send(status, page.encode(), "text/html; charset=utf-8")

    def _send(self, status, body, kind, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Request-Id", f"req_{time.monotonic_ns()}")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def checkout_page(found: dict) -> str:
    """The hosted page: lines, total, and the ways to pay."""
    lines = "".join(
        "<li>{}: {:.2f}</li>".format(
            html.escape(i["price_data"]["product_data"]["name"]),
            int(i["price_data"]["unit_amount"]) / 100,
        )
        for i in found["_private"]["items"]
    )
    ways = [
        "card",
        *(["sepa"] if "sepa_debit" in found["payment_method_types"] else []),
    ]
    buttons = "".join(
        f"<button name='do' value='{way}'>{way}</button> " for way in (*ways, "decline")
    )
    total = f"{found['amount_total'] / 100:.2f} {found['currency'].upper()}"
    back = html.escape(found["cancel_url"] or "#")
    return (
        f"<h1>Simulated checkout</h1><ul>{lines}</ul><p id='total'>{total}</p>"
        f"<form method='post'>{buttons}</form><a id='back' href='{back}'>Back</a>"
    )


def serve(port: int, webhook: str, secret: str) -> ThreadingHTTPServer:
    """A server of one account on loopback, not yet running."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.account = Account(
        f"http://127.0.0.1:{server.server_address[1]}", webhook, secret
    )
    return server


def main(argv=None) -> None:
    parser = argparse.ArgumentParser(prog="tests.simulators.stripe")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", required=True)
    parser.add_argument("--secret", required=True)
    options = parser.parse_args(argv)
    serve(options.port, options.webhook, options.secret).serve_forever()


if __name__ == "__main__":
    main()
