"""The client against the running simulator, over real HTTP."""

import base64
import json
import logging
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import requests

from odoo.addons.ar_chorus_connector.clients import errors
from odoo.addons.ar_chorus_connector.clients.chorus_pro import ChorusPro
from odoo.addons.ar_chorus_connector.clients.masking import (
    get_logger,
    remember_credentials,
)
from odoo.addons.ar_chorus_connector.clients.piste import PisteToken
from odoo.addons.ar_chorus_connector.clients.transport import Transport, retry_after
from odoo.addons.ar_chorus_connector.engine.dates import parse_moment

ROOT = Path(__file__).resolve().parents[3]
SEARCH = "rechercher/fournisseur"
HISTORY = "consulter/historique"
SINCE = parse_moment("2026-01-01 00:00")
UNTIL = parse_moment("2026-12-31 00:00")


class Clock:
    """Seconds that only move when told."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Bench:
    """One connection to the simulator, with everything injected."""

    def __init__(self, server, **changes):
        known = {**server.simulator.credentials, **changes}
        self.simulator = server.simulator
        self.waits = []
        self.clock = Clock()
        self.transport = Transport(
            timeout=changes.get("timeout", 5.0),
            sleep=self.waits.append,
            jitter=lambda: 0.5,
        )
        self.token = PisteToken(
            self.transport,
            f"{server.url}/api/oauth/token",
            known["client_id"],
            known["client_secret"],
            self.clock,
        )
        self.client = ChorusPro(
            self.transport, self.token, server.url, known["login"], known["password"]
        )

    def routes(self):
        return [call["route"].split("/v1/")[-1] for call in self.simulator.calls]

    def moved(self, **options):
        pages = self.client.moved_pages(SINCE, UNTIL, **options)
        return [row.number for page in pages for row in page.rows]


def invoice(number, **values):
    return {
        "number": f"FAC/{number}",
        "date": "2026-06-01",
        "total": 1200.5,
        "due": 1200.5,
        "history": [{"code": "DEPOSEE", "date": "2026-06-01 10:15"}],
        **values,
    }


@pytest.fixture
def bench(simulator):
    simulator.simulator.load({"invoices": [invoice(n) for n in range(25)]})
    return Bench(simulator)


def test_every_page_is_read_and_one_token_serves_all(bench):
    assert bench.moved(page_size=10) == [f"FAC/{n}" for n in range(25)]
    assert bench.routes() == ["/api/oauth/token"] + [SEARCH] * 3


def test_the_platform_gives_ten_rows_unless_asked_for_more(bench):
    body = bench.client._call("POST", "factures/v1/rechercher/fournisseur", {})
    assert len(body["listeFactures"]) == 10
    assert body["parametresRetour"]["pages"] == 3


def test_only_what_moved_in_the_period_is_listed(bench):
    rejected = {"code": "REJETEE", "date": "2026-07-15 08:00"}
    bench.simulator.story.advance({"FAC/7": [rejected]})
    pages = list(bench.client.moved_pages(parse_moment("2026-07-01 00:00"), UNTIL))
    rows = [row for page in pages for row in page.rows]
    assert [(r.number, r.status) for r in rows] == [("FAC/7", "REJETEE")]
    assert rows[0].amount_due == 120050
    assert rows[0].status_date == parse_moment("2026-07-15 08:00")


def test_nothing_found_is_an_empty_list_not_an_error(bench):
    bench.simulator.load({})
    assert bench.moved() == []


def test_the_history_brings_author_comment_and_complements(bench):
    author = {"first": "Zoé", "last": "Noël", "email": "z@example.com", "phone": "01"}
    bench.simulator.load(
        {
            "invoices": [
                invoice(
                    1,
                    id=9_876_543_210,
                    history=[
                        {"code": "DEPOSEE", "date": "2026-06-01 10:15"},
                        {
                            "code": "SUSPENDUE",
                            "date": "2026-06-02 10:15",
                            "comment": "N° d'engagement <b>manquant</b> : « été »",
                            "author": author,
                        },
                    ],
                    events=[{"id": 4, "date": "2026-06-03 09:00", "label": "Vu"}],
                )
            ]
        }
    )
    history = bench.client.history("9876543210", page_size=1)
    codes = {e.code for e in history.events}
    assert codes == {"DEPOSEE", "SUSPENDUE", ""} and history.number == "FAC/1"
    suspended = next(e for e in history.events if e.code == "SUSPENDUE")
    assert suspended.comment == "N° d'engagement <b>manquant</b> : « été »"
    assert suspended.author == "Zoé Noël" and suspended.author_phone == "01"
    assert suspended.moment == parse_moment("2026-06-02T08:15:00+00:00")


def test_a_token_that_expires_between_two_pages_is_renewed_once(bench):
    pages = bench.client.moved_pages(SINCE, UNTIL, page_size=10)
    next(pages)
    bench.simulator.ahead = 4000
    assert sum(len(page.rows) for page in pages) == 15
    assert bench.routes().count("/api/oauth/token") == 2


def test_a_token_is_renewed_before_it_ends(bench):
    bench.client.health()
    bench.clock.now += 3550
    bench.client.health()
    assert bench.routes().count("/api/oauth/token") == 2


def test_wrong_application_and_wrong_account_are_told_apart(simulator):
    with pytest.raises(errors.TokenRefused):
        Bench(simulator, client_secret="wrong-one").client.health()
    bench = Bench(simulator, password="expired-one")
    with pytest.raises(errors.AccountRefused) as caught:
        bench.client.check_account()
    assert caught.value.stops_round
    # One renewal, then it stops: no hammering with refused credentials.
    once = ["/api/oauth/token", "recuperer/tauxtva"]
    assert bench.routes() == ["/api/oauth/token", *once, *once]


def test_an_answer_without_token_is_no_token(bench):
    fault = {"kind": "status", "status": 200, "body": {"scope": "openid"}}
    bench.simulator.faults.set([{"route": "oauth", **fault}])
    with pytest.raises(errors.TransportError):
        bench.client.health()
    bench.client.health()


def test_a_route_without_subscription_is_named(bench):
    bench.simulator.unsubscribed = ("factures/v1/consulter",)
    with pytest.raises(errors.NotSubscribed) as caught:
        bench.client.history("8000000000")
    assert caught.value.route == "factures/v1/consulter/historique"


def test_an_unknown_address_is_told(bench):
    with pytest.raises(errors.UnknownRoute):
        bench.client._call("POST", "factures/v1/consulter/cr", {})


@pytest.mark.parametrize("status", [200, 400])
def test_a_business_error_keeps_the_platform_s_words(bench, status):
    fault = {"kind": "business", "code": 20002, "label": "GDP_MSG_11.001"}
    bench.simulator.faults.set([{"route": HISTORY, "status": status, **fault}])
    with pytest.raises(errors.BusinessError) as caught:
        bench.client.history("8000000000")
    assert (caught.value.code, caught.value.label) == (20002, "GDP_MSG_11.001")
    assert not caught.value.stops_round


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503, "body": "<html>maintenance</html>"},
        {"kind": "status", "status": 502},
        {"kind": "html"},
        {"kind": "cut"},
        {"kind": "truncated"},
        {"kind": "drop"},
        {"kind": "empty"},
    ],
)
def test_a_passing_failure_is_tried_again_with_longer_waits(bench, fault):
    bench.simulator.faults.set([{"route": SEARCH, "times": 2, **fault}])
    assert len(bench.moved()) == 25
    assert bench.waits == [0.5, 1.0]
    bench.simulator.faults.set([{"route": SEARCH, "times": 9, **fault}])
    with pytest.raises(errors.TransportError):
        bench.moved()
    assert len(bench.waits) == 2 + 3


def test_a_slow_answer_is_given_up(simulator):
    simulator.simulator.load({"invoices": [invoice(1)]})
    simulator.simulator.faults.set(
        [{"route": SEARCH, "kind": "slow", "seconds": 0.6, "times": 1}]
    )
    bench = Bench(simulator, timeout=0.2)
    assert bench.moved() == ["FAC/1"]
    assert bench.transport.retries == 1


def test_too_many_requests_waits_as_long_as_asked(bench):
    bench.simulator.faults.set(
        [{"route": SEARCH, "kind": "status", "status": 429, "retry_after": 7}]
    )
    assert len(bench.moved()) == 25
    assert bench.waits == [7.0]


def test_too_many_requests_for_too_long_ends_the_round(bench):
    bench.simulator.faults.set(
        [{"route": SEARCH, "kind": "status", "status": 429, "retry_after": 900}]
    )
    with pytest.raises(errors.RateLimited) as caught:
        bench.moved()
    assert caught.value.retry_after == 900 and bench.waits == []


def test_retry_after_may_be_a_date():
    headers = {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert retry_after(headers, parse_moment("2026-10-21T07:27:30Z").timestamp()) == 30
    assert retry_after({"Retry-After": "soon"}, 0) is None


def test_a_redirect_is_never_followed(bench):
    elsewhere = {"Location": "/cpro/transverses/v1/health-check"}
    fault = {"kind": "status", "status": 302, "headers": elsewhere}
    bench.simulator.faults.set([{"route": "health-check", **fault}])
    with pytest.raises(errors.TransportError):
        bench.client.health()
    assert bench.routes().count("health-check") == 1


@pytest.mark.parametrize("route", [SEARCH, HISTORY])
def test_an_answer_without_its_content_is_not_nothing_found(bench, route):
    fault = {"kind": "business", "code": 0, "label": "GCU_MSG_01_000"}
    bench.simulator.faults.set([{"route": route, **fault}])
    with pytest.raises(errors.TransportError):
        bench.moved() if route == SEARCH else bench.client.history("8000000000")


def test_a_huge_answer_is_refused(bench, monkeypatch):
    module = "odoo.addons.ar_chorus_connector.clients.transport.MAX_BODY"
    monkeypatch.setattr(module, 500)
    with pytest.raises(errors.TransportError, match="too large"):
        bench.moved()


def test_nothing_secret_in_logs_messages_or_representations(bench, caplog):
    known = bench.simulator.credentials
    header = base64.b64encode(f"{known['login']}:{known['password']}".encode()).decode()
    secrets = [known["client_secret"], known["password"], header]
    remember_credentials(
        known["login"], known["password"], known["client_id"], known["client_secret"]
    )
    caplog.set_level(logging.DEBUG)
    bench.simulator.faults.set([{"route": "", "kind": "drop", "times": 9}])
    for call in (bench.client.health, bench.client.check_account):
        with pytest.raises(errors.PlatformError) as caught:
            call()
        told = f"{caught.value!r} {caught.getrepr(showlocals=False)}"
        assert not any(secret in told for secret in secrets)
    logger = get_logger("odoo.addons.ar_chorus_connector.some")
    logger.info("calling with %s", {"Authorization": f"Bearer {header}"})
    logger.warning("%s and %s", known["client_secret"], f"cpro-account: {header}")
    try:
        raise ValueError(known["password"])
    except ValueError:
        logger.exception("failed")
    assert "[masked]" in caplog.text
    assert not any(secret in caplog.text for secret in secrets)
    assert not any(secret in repr(vars(bench.client)["_token"]) for secret in secrets)


def test_two_connections_never_share_a_token(simulator):
    one, two = Bench(simulator), Bench(simulator)
    one.client.health()
    two.client.health()
    assert one.token.get() != two.token.get()


def test_the_simulator_is_a_program(tmp_path):
    story = tmp_path / "story.json"
    story.write_text(json.dumps({"invoices": [invoice(1)]}))
    command = [sys.executable, "-m", "tests.simulators.chorus_pro"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--story", str(story)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = process.stdout.readline().split()[-1]
        data = {"client_id": "sim-client", "client_secret": "sim-client-secret"}
        answer = requests.post(
            f"{url}/api/oauth/token",
            data={"grant_type": "client_credentials", **data},
            timeout=5,
        ).json()
        assert answer["token_type"] == "Bearer" and answer["expires_in"] == 3600
        unknown = requests.post(f"{url}/cpro/factures/v1/x", timeout=5)
        assert unknown.status_code == 401 and unknown.content == b""
        assert 'realm="PISTE"' in unknown.headers["www-authenticate"]
        stop = urllib.request.Request(f"{url}/_sim/stop", method="POST")
        urllib.request.urlopen(stop, timeout=5).read()
        assert process.wait(5) == 0
    finally:
        process.kill()
        process.stdout.close()
