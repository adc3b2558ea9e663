"""An accredited platform (XP Z12-013 Flow Service 1.2.0) that plays a story.

    python3 -m tests.simulators.xp_z12_013 --port 8102 --story story.json

Standard library only, loopback, like :mod:`.chorus_pro`, whose faults and clock it
shares. It also answers a native interface of numbered events (``/v1.beta/…``).

A story is JSON, all keys optional::

    {"credentials": {"client_id": …, "client_secret": …}, "token_life": 3600,
     "limit": 100, "flows": [see Flows], "ack": {"status": "Ok"}, "ack_delay": 0,
     "native_invoices": [{"id": 1, "number": …, "date": …, "seller": …}],
     "native_events": [{"invoice_id": 1, "status_code": "fr:205", "created_at": …}],
     "webhook": {"url": …, "key": <base64>}}

Control: as the other simulator, and

=====================  ========================================================
POST /_sim/advance     ``{"flows": […], "native_events": […]}``: more of them; the
                       webhook of the story is called for each flow
POST /_sim/notify      ``{"url", "key", "row", "times"}``: call a webhook
POST /_sim/acknowledge judge what was submitted
GET  /_sim/submitted   what was submitted, with the statuses read from it
=====================  ========================================================
"""

import base64
import hashlib
import hmac
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone

from . import chorus_pro
from .xp_z12_013_data import Flows, Native, Refusal, multipart

DEFAULTS = {"client_id": "pa-client", "client_secret": "pa-client-secret"}


class Simulator(chorus_pro.Simulator):
    """State of the platform, apart from HTTP."""

    def load(self, story):
        with self.lock:
            self.credentials = {**DEFAULTS, **(story.get("credentials") or {})}
            self.token_life = story.get("token_life", 3600)
            self.unsubscribed = tuple(story.get("unsubscribed") or ())
            self.webhook = story.get("webhook")
            self.flows = Flows(story)
            self.native = Native(story)

    def moment(self):
        return datetime.fromtimestamp(self.now(), timezone.utc)

    def token(self, form):
        right = form.get("grant_type") == "client_credentials" and all(
            form.get(name) == self.credentials[name]
            for name in ("client_id", "client_secret")
        )
        if not right:
            return 401, {"errorCode": "invalid_client"}
        token = secrets.token_urlsafe(24)
        self.tokens[token] = self.now() + self.token_life
        return 200, {"access_token": token, "expires_in": self.token_life}

    def admits(self, headers):
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        return scheme == "Bearer" and self.tokens.get(token, 0) > self.now()

    def reply(self, method, path, query, raw, content_type):
        """``(status, body)`` of a call with a good token.

        :raise Refusal: as the platform would refuse
        """
        name = path.rpartition("/")[2]
        if (method, path) == ("POST", "/v1/flows/search"):
            return 200, self.flows.search(_json(raw))
        if (method, path) == ("POST", "/v1/flows"):
            info, content = multipart(content_type, raw)
            return 202, self.flows.submit(info, content, self.moment())
        if method == "GET" and path.startswith("/v1/flows/"):
            wanted = urllib.parse.unquote(name)
            return 200, self.flows.get(wanted, query.get("docType", "Metadata"))
        if (method, path) == ("GET", "/v1/healthcheck"):
            return 200, b""
        if (method, path) == ("GET", "/v1.beta/invoice_events"):
            return 200, self.native.page(query)
        if (method, path) == ("POST", "/v1.beta/invoice_events"):
            created = self.moment().isoformat()
            return 200, self.native.add({**_json(raw), "created_at": created})
        if method == "GET" and path.startswith("/v1.beta/invoices/"):
            return 200, self.native.invoice(int(name))
        raise Refusal(404, "NOT_FOUND", "unknown route")

    def advance(self, body):
        fresh = [self.flows.add(flow) for flow in body.get("flows") or ()]
        for event in body.get("native_events") or ():
            self.native.add(event)
        if self.webhook:
            for row in fresh:
                notify(self.webhook["url"], self.webhook["key"], row)


def notify(url, key, row, times=1):
    """Call a webhook as a platform does; the statuses of the answers."""
    body = json.dumps(row).encode()
    digest = hmac.new(base64.b64decode(key), body, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "Signature": base64.b64encode(digest).decode(),
    }
    answers = []
    for _number in range(times):
        request = urllib.request.Request(url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                answers.append(answer.status)
        except urllib.error.HTTPError as error:
            answers.append(error.code)
    return answers


def _json(raw):
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "BAD_REQUEST", "no JSON object")
    return body


class Handler(chorus_pro.Handler):
    """HTTP door of a :class:`Simulator`."""

    def do_PUT(self):
        self._handle("PUT")

    def _platform(self, method, path, raw):
        simulator = self.server.simulator
        if path == "/oauth2/token" and method == "POST":
            form = dict(urllib.parse.parse_qsl(raw.decode("utf-8", "replace")))
            return (*simulator.token(form), {})
        if not simulator.admits(self.headers):
            return 401, {"errorCode": "UNAUTHORIZED"}, {}
        if simulator.unsubscribed and path.startswith(simulator.unsubscribed):
            return 403, {"errorCode": "FORBIDDEN"}, {}
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        kind = self.headers.get("Content-Type", "")
        try:
            return (*simulator.reply(method, path, query, raw, kind), {})
        except Refusal as refusal:
            status, code, message = refusal.args
            return status, {"errorCode": code, "errorMessage": message}, {}

    def _control(self, method, name, raw):
        simulator = self.server.simulator
        body = json.loads(raw) if raw.strip() else {}
        if name == "advance":
            simulator.advance(body)
            result = {}
        elif name == "notify":
            result = notify(**body)
        elif name == "acknowledge":
            result = simulator.flows.acknowledge(simulator.moment()) or {}
        elif name == "submitted":
            result = simulator.flows.submitted
        else:
            return super()._control(method, name, raw)
        return self._send(200, result, "")


class Server(chorus_pro.Server):
    """Loopback HTTP server with its simulator."""

    handler, play = Handler, Simulator


if __name__ == "__main__":
    chorus_pro.main(None, Server, "Accredited platform", 8102)
