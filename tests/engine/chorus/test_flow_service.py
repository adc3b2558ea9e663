"""The clients of accredited platforms against the running simulator."""

import base64
import hashlib
import json
import logging
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest
import requests

from odoo.addons.ar_chorus_connector.clients import errors
from odoo.addons.ar_chorus_connector.clients.flow_service import (
    FlowGone,
    FlowService,
    wire,
)
from odoo.addons.ar_chorus_connector.clients.masking import remember_credentials
from odoo.addons.ar_chorus_connector.clients.pace import Pace, in_parallel
from odoo.addons.ar_chorus_connector.clients.piste import PisteToken
from odoo.addons.ar_chorus_connector.clients.super_pdp import SuperPdp
from odoo.addons.ar_chorus_connector.clients.transport import Transport

from tests.simulators.xp_z12_013 import Server
from tests.simulators.xp_z12_013_data import cdar

SINCE = datetime(2026, 1, 1, tzinfo=timezone.utc)
LC = ("CustomerInvoiceLC",)
STATUS = {"number": "FAC/1", "code": "205"}


@pytest.fixture
def platform():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


class Bench:
    def __init__(self, server, client=FlowService, session=None, **changes):
        known = {**server.simulator.credentials, **changes}
        self.simulator = server.simulator
        self.waits = []
        transport = Transport(
            session=session, timeout=5.0, sleep=self.waits.append, jitter=lambda: 0.5
        )
        token = PisteToken(
            transport,
            f"{server.url}/oauth2/token",
            known["client_id"],
            known["client_secret"],
            scope="",
        )
        self.client = client(transport, token, server.url)

    def load(self, *flows, **story):
        self.simulator.load({"flows": list(flows), **story})

    def moved(self, **options):
        pages = self.client.moved_pages(SINCE, LC, **options)
        return [flow.flow_id for page in pages for flow in page.flows]

    def calls(self, route):
        return sum(call["route"] == route for call in self.simulator.calls)


@pytest.fixture
def bench(platform):
    return Bench(platform)


def flows(count, **values):
    return [{"id": f"f{n}", "cdar": STATUS, **values} for n in range(count)]


def test_every_flow_is_seen_to_the_very_end(bench):
    bench.load(*flows(250))
    assert sorted(set(bench.moved())) == sorted(f"f{n}" for n in range(250))
    # Three pages, and the call that proves that nothing is left.
    assert bench.calls("/v1/flows/search") == 4
    assert bench.calls("/oauth2/token") == 1


def test_a_platform_that_gives_fewer_than_asked_is_read_to_the_end(bench):
    bench.load(*flows(60), limit=7)
    assert set(bench.moved()) == {f"f{n}" for n in range(60)}


def test_flows_of_one_instant_across_a_page_border_are_not_lost(bench):
    same = "2026-09-01T08:05:00.123Z"
    bench.load(*flows(95), *[{"id": f"s{n}", "updated": same} for n in range(40)])
    assert {f"s{n}" for n in range(40)} <= set(bench.moved())


def test_more_flows_of_one_instant_than_a_page_holds(bench):
    same = "2026-09-01T08:05:00.123Z"
    rules = ("B2B", "B2G", "B2C")
    crowd = [{"id": f"s{n}", "updated": same, "rule": rules[n % 3]} for n in range(240)]
    bench.load(*crowd, {"id": "after", "updated": "2026-09-01T08:06:00Z"})
    assert set(bench.moved()) == {f"s{n}" for n in range(240)} | {"after"}


def test_only_the_flows_asked_for(bench):
    bench.load(
        {"id": "mine", "direction": "Out"},
        {"id": "theirs"},
        {"id": "tax", "type": "StateCustomerInvoiceLC"},
    )
    assert set(bench.moved(directions=("In",))) == {"theirs"}


def test_what_is_sent_is_what_the_description_says(platform):
    sent = []

    class Session(requests.Session):
        def request(self, method, url, **kwargs):
            sent.append((method, url, kwargs))
            return super().request(method, url, **kwargs)

    bench = Bench(platform, session=Session())
    bench.load(*flows(1))
    list(bench.client.moved_pages(SINCE, LC, ("In",)))
    bench.client.download("f0")
    bench.client.submit(_own(), "a.xml", "track-1", rule="B2B")
    token, search, _again, download, submit = sent
    assert token[2]["data"]["grant_type"] == "client_credentials"
    assert search[:2] == ("POST", f"{platform.url}/v1/flows/search")
    assert search[2]["json"] == {
        "limit": 100,
        "where": {
            "flowType": ["CustomerInvoiceLC"],
            "flowDirection": ["In"],
            "updatedAfter": "2026-01-01T00:00:00.000Z",
        },
    }
    uuid.UUID(search[2]["headers"]["Request-Id"])
    assert download[:2] == ("GET", f"{platform.url}/v1/flows/f0")
    assert download[2]["params"] == {"docType": "Original"}
    assert submit[:2] == ("POST", f"{platform.url}/v1/flows")
    _name, info, kind = submit[2]["files"]["flowInfo"]
    assert kind == "application/json"
    assert json.loads(info) == {
        "trackingId": "track-1",
        "name": "a.xml",
        "processingRule": "B2B",
        "flowSyntax": "CDAR",
        "sha256": hashlib.sha256(_own()).hexdigest(),
    }
    assert all(call[2]["timeout"] for call in sent)
    assert not any(call[2]["allow_redirects"] for call in sent)


def _own():
    return cdar({"number": "FAC/1", "code": "212"})


def test_a_submitted_flow_is_found_again_and_judged(bench):
    bench.load(ack_delay=1, ack={"status": "Error", "details": [{"reasonCode": "X"}]})
    assert bench.client.find("track-1") == ()
    flow_id = bench.client.submit(_own(), "a.xml", "track-1")
    (found,) = bench.client.find("track-1")
    assert (found.flow_id, found.ack, found.direction) == (flow_id, "Pending", "Out")
    bench.simulator.flows.acknowledge(bench.simulator.moment())
    judged = bench.client.flow(flow_id)
    assert judged.ack == "Error" and judged.problems == (("X", ""),)


def test_a_submission_is_never_repeated_by_itself(bench):
    bench.simulator.faults.set([{"route": "/v1/flows", "kind": "drop", "times": 1}])
    with pytest.raises(errors.TransportError):
        bench.client.submit(_own(), "a.xml", "track-1")
    assert bench.waits == [] and bench.calls("/v1/flows") == 1


def test_a_refused_submission_says_why(bench):
    with pytest.raises(errors.BusinessError) as caught:
        bench.client.submit(b"no xml", "a.xml", "track-1")
    assert (caught.value.code, caught.value.status) == ("InvalidSchema", 422)
    assert not caught.value.stops_round


def test_a_file_comes_as_it_is(bench):
    raw = b"\xef\xbb\xbf<a>\xff</a>"
    bench.load({"id": "a/b?c", "base64": base64.b64encode(raw).decode()})
    assert bench.client.download("a/b?c") == raw
    with pytest.raises(FlowGone) as caught:
        bench.client.download("gone")
    assert not caught.value.stops_round


def test_an_expired_token_is_renewed_once_in_the_middle_of_the_pages(bench):
    bench.load(*flows(150))
    pages = bench.client.moved_pages(SINCE, LC)
    next(pages)
    bench.simulator.ahead = 4000
    assert len(list(pages)) == 2
    assert bench.calls("/oauth2/token") == 2


def test_wrong_credentials_and_missing_rights_are_told_apart(platform):
    bench = Bench(platform, client_secret="wrong-secret")
    with pytest.raises(errors.TokenRefused):
        bench.client.health()
    bench = Bench(platform)
    bench.simulator.unsubscribed = ("/v1/flows",)
    bench.client.health()
    with pytest.raises(errors.NotSubscribed):
        bench.moved()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503, "body": "<html>maintenance</html>"},
        {"kind": "status", "status": 429, "retry_after": 1},
        {"kind": "html"},
        {"kind": "cut"},
        {"kind": "truncated"},
        {"kind": "drop"},
        {"kind": "empty"},
    ],
)
def test_a_passing_failure_of_the_search_is_tried_again(bench, fault):
    bench.load(*flows(3))
    bench.simulator.faults.set([{"route": "search", "times": 2, **fault}])
    assert set(bench.moved()) == {"f0", "f1", "f2"}
    assert len(bench.waits) == 2


def test_an_answer_without_results_is_no_empty_list(bench):
    fault = {"kind": "status", "status": 200, "body": {"limit": 25}}
    bench.simulator.faults.set([{"route": "search", **fault}])
    with pytest.raises(errors.TransportError):
        bench.moved()


def test_flows_out_of_order_are_not_taken_for_the_end(bench):
    rows = [
        {"flowId": "a", "updatedAt": "2026-09-02T00:00:00Z"},
        {"flowId": "b", "updatedAt": "2026-09-01T00:00:00Z"},
    ]
    fault = {"kind": "status", "status": 200, "body": {"results": rows}}
    bench.simulator.faults.set([{"route": "search", **fault}])
    with pytest.raises(errors.TransportError):
        bench.moved()


@pytest.mark.parametrize(
    "row", [None, 7, [], {}, {"flowId": "x"}, {"flowId": {}, "updatedAt": 5}]
)
def test_an_unreadable_row_hides_no_other(bench, row):
    good = {"flowId": "ok", "updatedAt": "2026-09-01T00:00:00Z", "trackingId": None}
    fault = {"kind": "status", "status": 200, "body": {"results": [row, good]}}
    bench.simulator.faults.set([{"route": "search", "times": 2, **fault}])
    page = next(bench.client.moved_pages(SINCE, LC))
    assert [f.flow_id for f in page.flows] == ["ok"] and len(page.unknown) == 1


def test_nothing_secret_in_logs_or_representations(bench, caplog):
    caplog.set_level(logging.DEBUG)
    remember_credentials("", "", "pa-client-secret")
    bench.load(*flows(2))
    bench.simulator.faults.set([{"route": "search", "kind": "html"}])
    bench.moved()
    secret = "pa-client-secret"
    token = next(iter(bench.simulator.tokens))
    assert secret not in caplog.text and token not in caplog.text
    assert secret not in repr(bench.client) and token not in repr(vars(bench.client))


def test_the_wire_has_milliseconds_in_utc():
    paris = timezone(timedelta(hours=2))
    moment = datetime(2026, 9, 1, 10, 0, 0, 123999, tzinfo=paris)
    assert wire(moment) == "2026-09-01T08:00:00.123Z"


def test_numbered_events_are_read_to_the_last(platform):
    bench = Bench(platform, SuperPdp)
    event = {"invoice_id": 7, "created_at": "2026-09-01T08:00:00Z"}
    bench.simulator.load(
        {
            "native_invoices": [{"id": 7, "number": "F1", "date": "2026-09-01"}],
            "native_events": [
                {**event, "status_code": "api:uploaded"},
                {
                    **event,
                    "status_code": "fr:211",
                    "data": {
                        "details": [
                            {"amounts": [{"type_code": "MPA", "net_amount": "12.50"}]}
                        ]
                    },
                },
                {**event, "status_code": "fr:207", "data": {"reason": "PU_ERR"}},
            ],
        }
    )
    pages = list(bench.client.event_pages(0, limit=2))
    events = [event for page in pages for _invoice, event in page.events]
    assert [e.code for e in events] == ["API_UPLOADED", "211", "207"]
    assert [e.amount for e in events] == [None, 1250, None]
    assert pages[-1].last_id == 3
    assert list(bench.client.event_pages(3))[0].events == ()
    assert bench.client.invoice("7").number == "F1"
    assert bench.client.cash("7", [(20, 1250, "EUR")]) == "4"


def test_the_pace_spreads_calls_evenly():
    now, slept = [100.0], []

    def sleep(seconds):
        slept.append(round(seconds, 3))
        now[0] += seconds

    pace = Pace(10, clock=lambda: now[0], sleep=sleep)
    for _call in range(3):
        pace.wait()
    assert slept == [0.1, 0.1]


def test_parallel_work_keeps_order_and_failures_apart():
    running, most, lock = [0], [0], threading.Lock()

    def work(item):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.01)
        with lock:
            running[0] -= 1
        if item == 3:
            raise ValueError("three")
        return item * 2

    results = in_parallel(work, range(8), workers=3)
    assert [item for item, _r in results] == list(range(8))
    assert isinstance(results[3][1], ValueError) and results[4][1] == 8
    assert 1 < most[0] <= 3
