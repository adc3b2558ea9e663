"""A Chorus Pro + PISTE that plays a story, as an HTTP server on loopback.

    python3 -m tests.simulators.chorus_pro --port 8101 --story story.json

Standard library only. It answers the routes that a supplier's connector calls, with
the real shapes and the real oddities: 10 rows a page unless asked otherwise,
history newest first with dates of minute precision and no zone, 401 without a body.

A story is JSON (all keys optional but ``invoices``)::

    {"credentials": {"client_id": …, "client_secret": …, "login": …, "password": …},
     "token_life": 3600, "latency": 0.05,
     "deposits": {"CPP…": {"state": "IN_REJETE",
                           "refused": {"FAC/1": "why"}, "technical": ["why"]}},
     "structures": [{"id": 7, "siret": "…", "name": "…", "status": "ACTIF"}],
     "invoices": [{"id": 900001, "number": "FAC/2026/00001", "date": "2026-06-01",
                   "total": 1200.0, "due": 1200.0, "currency": "EUR",
                   "supplier": "<SIRET>", "deposit": "CPP…",
                   "buyer": {"siret": "…", "name": "…", "service": "…"},
                   "history": [{"id": 1, "code": "DEPOSEE",
                                "date": "2026-06-01 10:15", "comment": "…",
                                "author": {"first": "…", "last": "…",
                                           "email": "…", "phone": "…"}}],
                   "events": [{"id": 1, "date": "…", "label": "…", "who": "…"}]}]}

Dates are Paris time. Control, without credentials:

=====================  ========================================================
POST /_sim/story       replace the story
POST /_sim/advance     ``{"number": …, "history": […]}``: add statuses; or a list
POST /_sim/faults      list of faults, see :class:`Faults`
POST /_sim/clock       ``{"ahead": seconds}``: move the clock (tokens expire)
POST /_sim/reset       forget story, faults, tokens and the log of calls
GET  /_sim/calls       what was called: ``[{"route", "status"}]``
GET  /_sim/answers     what suppliers answered: ``[{"number", "kind", …}]``
POST /_sim/stop        end the process
=====================  ========================================================
"""

import argparse
import base64
import json
import secrets
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .chorus_pro_data import Story

HTML = "<html><body><h1>Service temporairement indisponible</h1></body></html>"
DEFAULTS = {
    "client_id": "sim-client",
    "client_secret": "sim-client-secret",
    "login": "TECH_1_SIM@cpro.fr",
    "password": "sim-tech-password",
}


class Faults:
    """Faults to inject, each used ``times`` times after ``after`` good calls.

    ``{"route": part of the path, "after": 0, "times": 1, "kind": …}`` with kind:
    ``status`` (and ``status``, ``retry_after``, ``headers``, ``body``),
    ``html`` (200 with HTML),
    ``cut`` (half the body, then the connection closes), ``truncated`` (half the
    JSON, well announced), ``empty`` (200 without body), ``slow`` (``seconds``),
    ``business`` (``code``, ``label``, ``status`` default 200), ``drop`` (no answer).
    """

    def __init__(self):
        self._faults = []
        self._lock = threading.Lock()

    def set(self, faults):
        with self._lock:
            self._faults = [
                {"after": 0, "times": 1, "route": "", **fault} for fault in faults
            ]

    def take(self, path):
        """The fault of this call, None for a good one."""
        with self._lock:
            for fault in self._faults:
                if fault["route"] not in path or fault["times"] <= 0:
                    continue
                if fault["after"] > 0:
                    fault["after"] -= 1
                    continue
                fault["times"] -= 1
                return fault
        return None


class Simulator:
    """State of the platform, apart from HTTP."""

    #: Seconds that each call takes.
    latency = 0.0

    def __init__(self, story=None):
        self.lock = threading.RLock()
        self.faults = Faults()
        self.reset()
        self.load(story or {})

    def reset(self):
        with self.lock:
            self.ahead = 0.0
            self.tokens = {}
            self.calls = []
            self.faults.set([])
            self.load({})

    def load(self, story):
        with self.lock:
            self.credentials = {**DEFAULTS, **(story.get("credentials") or {})}
            self.token_life = story.get("token_life", 3600)
            self.latency = float(story.get("latency", 0))
            self.unsubscribed = tuple(story.get("unsubscribed") or ())
            self.story = Story(story)

    def now(self):
        return time.time() + self.ahead

    def token(self, form):
        """Answer of the token endpoint: ``(status, body)``."""
        known = self.credentials
        right = (
            form.get("grant_type") == "client_credentials"
            and form.get("client_id") == known["client_id"]
            and form.get("client_secret") == known["client_secret"]
        )
        if not right:
            return 400, {"error": "invalid_client"}
        token = secrets.token_urlsafe(24)
        self.tokens[token] = self.now() + self.token_life
        return 200, {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.token_life,
            "scope": "openid",
        }

    def admits(self, headers):
        """Whether token and technical account are both good."""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or self.tokens.get(token, 0) <= self.now():
            return False
        return self._account(headers.get("cpro-account", ""))

    def _account(self, header):
        pair = f"{self.credentials['login']}:{self.credentials['password']}"
        return header == base64.b64encode(pair.encode()).decode()

    def answer(self, method, route, body):
        """Answer of an API route: ``(status, body)``; None when unknown."""
        routes = {
            ("GET", "transverses/v1/health-check"): lambda b: {"statusCode": "200"},
            ("POST", "transverses/v1/recuperer/tauxtva"): self.story.rates,
            ("POST", "structures/v1/rechercher"): self.story.structures,
            ("POST", "factures/v1/rechercher/fournisseur"): self.story.search,
            ("POST", "factures/v1/consulter/historique"): self.story.history,
            ("POST", "transverses/v1/consulterCRDetaille"): self.story.deposit,
            ("POST", "transverses/v1/ajouter/fichier"): self.story.upload,
            ("POST", "factures/v1/completer"): self.story.complete,
            ("POST", "factures/v1/traiterRejet"): self.story.handle_rejection,
        }
        handler = routes.get((method, route))
        return None if handler is None else (200, handler(body))


class Handler(BaseHTTPRequestHandler):
    """HTTP door of a :class:`Simulator`, reached as ``self.server.simulator``."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        """Quiet: the calls are kept in the simulator, without credentials."""

    def do_GET(self):
        self._handle("GET")

    def do_POST(self):
        self._handle("POST")

    def _handle(self, method):
        path = urllib.parse.urlsplit(self.path).path
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        simulator = self.server.simulator
        if path.startswith("/_sim/"):
            return self._control(method, path[6:], raw)
        if simulator.latency:
            time.sleep(simulator.latency)
        fault = simulator.faults.take(path)
        if fault and self._faulty(fault, path):
            return None
        with simulator.lock:
            status, body, headers = self._platform(method, path, raw)
        damage = fault["kind"] if fault else ""
        return self._send(status, body, path, headers, damage)

    def _platform(self, method, path, raw):
        simulator = self.server.simulator
        if path == "/api/oauth/token" and method == "POST":
            form = dict(urllib.parse.parse_qsl(raw.decode("utf-8", "replace")))
            return (*simulator.token(form), {})
        if not path.startswith("/cpro/"):
            return 404, None, {}
        route = path[len("/cpro/") :]
        if not simulator.admits(self.headers):
            return 401, None, {"www-authenticate": 'Bearer realm="PISTE"'}
        if route.startswith(simulator.unsubscribed) and simulator.unsubscribed:
            return 403, None, {}
        try:
            body = json.loads(raw) if raw.strip() else {}
        except ValueError:
            return 400, {"codeRetour": 20001, "libelle": "Format JSON invalide"}, {}
        answer = simulator.answer(method, route, body)
        if answer is None:
            return 404, None, {"www-authenticate": 'Bearer realm="DefaultRealm"'}
        return (*answer, {})

    def _faulty(self, fault, path):
        """Answer a fault that replaces the answer; False when it only damages it."""
        kind = fault["kind"]
        if kind == "slow":
            time.sleep(fault.get("seconds", 1))
            return False
        if kind in ("cut", "truncated"):
            return False
        if kind == "drop":
            self._note(path, 0)
            self.close_connection = True
            self.connection.close()
            return True
        headers = dict(fault.get("headers") or {})
        if fault.get("retry_after") is not None:
            headers["Retry-After"] = str(fault["retry_after"])
        if kind == "business":
            body = {"codeRetour": fault["code"], "libelle": fault.get("label", "")}
            self._send(fault.get("status", 200), body, path, headers)
        elif kind == "empty":
            self._send(200, None, path, headers)
        else:
            status = fault.get("status", 200)
            body = HTML if kind == "html" else fault.get("body")
            self._send(status, body, path, headers)
        return True

    def _control(self, method, name, raw):
        simulator = self.server.simulator
        body = json.loads(raw) if raw.strip() else {}
        result = {}
        with simulator.lock:
            if name == "story":
                simulator.load(body)
            elif name == "advance":
                told = body if isinstance(body, list) else [body]
                simulator.story.advance({t["number"]: t["history"] for t in told})
            elif name == "faults":
                simulator.faults.set(body)
            elif name == "clock":
                simulator.ahead = float(body["ahead"])
            elif name == "reset":
                simulator.reset()
            elif name == "calls":
                result = list(simulator.calls)
            elif name == "answers":
                result = list(simulator.story.answers)
            elif name != "stop":
                return self._send(404, {"error": f"unknown control {name}"}, "")
        self._send(200, result, "")
        if name == "stop":
            # After the answer: the process ends at once.
            self.wfile.flush()
            threading.Thread(target=self.server.shutdown, daemon=True).start()
        return None

    def _note(self, path, status):
        if path:
            self.server.simulator.calls.append({"route": path, "status": status})

    def _send(self, status, body, path, headers=None, damage=""):
        self._note(path, status)
        if body is None:
            raw, content_type = b"", None
        elif isinstance(body, bytes):
            raw, content_type = body, "application/octet-stream"
        elif isinstance(body, str):
            raw, content_type = body.encode(), "text/html; charset=utf-8"
        else:
            raw = json.dumps(body, ensure_ascii=False).encode()
            content_type = "application/json;charset=UTF-8"
        announced = len(raw)
        if damage in ("cut", "truncated"):
            raw = raw[: len(raw) // 2]
            announced = announced if damage == "cut" else len(raw)
            self.close_connection = True
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if content_type:
            self.send_header("Content-Type", content_type)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        self.wfile.write(raw)


class Server(ThreadingHTTPServer):
    """Loopback HTTP server with its simulator."""

    daemon_threads = True
    handler, play = Handler, Simulator

    def __init__(self, port=0, story=None):
        super().__init__(("127.0.0.1", port), self.handler)
        self.simulator = self.play(story)

    def handle_error(self, request, client_address):
        """Connections that break are part of the play: no traceback for them."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


def main(argv=None, server_class=Server, name="Chorus Pro", port=8101):
    parser = argparse.ArgumentParser(description=f"{name} simulator")
    parser.add_argument("--port", type=int, default=port, help="0 takes a free one")
    parser.add_argument("--story", type=Path, help="JSON file, see the module's help")
    options = parser.parse_args(argv)
    story = {}
    if options.story:
        story = json.loads(options.story.read_text(encoding="utf-8"))
    server = server_class(options.port, story)
    print(f"{name} simulator at {server.url}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
