"""Flow Service of an accredited platform (AFNOR XP Z12-013, 1.2.0).

Which exchanges moved, the file of each, and what we submit ourselves.
"""

import hashlib
import json
import uuid
from datetime import timedelta, timezone
from urllib.parse import quote

from ..engine.dates import parse_moment
from ..engine.flows import OUTGOING, RULES, Flow, FlowPage
from ..engine.payloads import Unknown
from .bearer import BearerClient
from .errors import PlatformError, TransportError

HEALTH = "/v1/healthcheck"
SEARCH = "/v1/flows/search"
FLOWS = "/v1/flows"

#: The most that the description allows; its default is 25.
PAGE_SIZE = 100
MAX_PAGES = 5000
#: The cursor is strict: it steps back by this much, so that flows of one instant on
#: both sides of a page border are all seen.
STEP_BACK = timedelta(milliseconds=1)


class FlowGone(PlatformError):
    """The platform has no such flow, or not this file of it."""

    kind = "flow"


class FlowService(BearerClient):
    """One connection to the Flow Service.

    :param str organization: who is meant, where one account serves several
    :param new_id: ``new_id()`` → identifier of one request, for the platform's logs
    """

    def __init__(
        self,
        transport,
        token,
        api_url,
        organization="",
        pace=None,
        new_id=uuid.uuid4,
    ):
        super().__init__(transport, token, api_url, pace)
        self._organization = organization
        self._new_id = new_id

    def health(self):
        """Ask whether the platform is up; raises when it is not."""
        self._call("GET", HEALTH, reader=bytes, headers=self._headers())

    def moved_pages(self, since, types, directions=(), until=None, limit=PAGE_SIZE):
        """Pages of the flows that moved after ``since``, to the very end.

        :param since: aware datetime, not included
        :param types: flow types, any of them
        :param until: aware datetime, not included; None for now
        :return: iterator of :class:`FlowPage`; flows may come twice

        There is no page number: the cursor is the date of the last flow. One more
        call, that brings nothing new, is the only proof that the end is reached.
        """
        where = {"flowType": list(types)}
        if directions:
            where["flowDirection"] = list(directions)
        if until is not None:
            where["updatedBefore"] = wire(until)
        seen = set()
        for _number in range(MAX_PAGES):
            page = self._search({**where, "updatedAfter": wire(since)}, limit)
            fresh = [flow for flow in page.flows if flow.flow_id not in seen]
            seen.update(flow.flow_id for flow in page.flows)
            yield page
            dates = [flow.updated for flow in page.flows]
            if dates != sorted(dates):
                raise TransportError("flows are not in the order of dates", SEARCH)
            if fresh:
                since = max(dates[-1] - STEP_BACK, since)
                continue
            if len(page.flows) < min(limit, page.limit or limit):
                return
            # A full page of one instant hides what else happened then.
            yield from self._crowd({**where, "updatedAfter": wire(since)}, limit)
            since = max(dates[-1], since + STEP_BACK)
        raise TransportError("the paging never ends", SEARCH)

    def _crowd(self, where, limit):
        """Flows of one instant, asked for by rule since a page has no room."""
        where = {**where, "updatedBefore": wire(_later(where["updatedAfter"]))}
        for rule in RULES:
            page = self._search({**where, "processingRule": [rule]}, limit)
            if len(page.flows) >= min(limit, page.limit or limit):
                raise TransportError("too many flows of one instant", SEARCH)
            yield page

    def _search(self, where, limit):
        body = self._call(
            "POST",
            SEARCH,
            json={"limit": limit, "where": where},
            headers=self._headers(),
        ).body
        if "results" not in body:
            raise TransportError("answer without its content", SEARCH)
        return FlowPage.from_json(body)

    def find(self, tracking_id):
        """The flows that we submitted under this tracking id."""
        where = {"trackingId": tracking_id, "flowDirection": [OUTGOING]}
        return self._search(where, PAGE_SIZE).flows

    def flow(self, flow_id):
        """Where one flow stands.

        :raise FlowGone: the platform has no such flow
        """
        answer = self._flow_call(flow_id, "Metadata")
        found = Flow.from_json(answer.body)
        if isinstance(found, Unknown):
            raise TransportError("answer without its content", FLOWS)
        return found

    def download(self, flow_id, document="Original"):
        """The file of one flow, as bytes.

        :raise FlowGone: there is no such file
        """
        raw = self._flow_call(flow_id, document, reader=bytes).body
        if not raw:
            raise TransportError("empty file", FLOWS)
        return raw

    def _flow_call(self, flow_id, document, **options):
        answer = self._call(
            "GET",
            f"{FLOWS}/{quote(flow_id, safe='')}",
            route=f"{FLOWS}/{{flowId}}",
            answers=(404,),
            params={"docType": document},
            headers=self._headers("*/*"),
            **options,
        )
        if answer.status == 404:
            raise FlowGone("no such flow", FLOWS, 404)
        return answer

    def submit(self, content, name, tracking_id, rule="B2B", syntax="CDAR"):
        """Give a file to the platform, once: a doubt is left to the caller.

        :param bytes content: the file
        :param str tracking_id: ours, to find the flow again; 36 characters at most
        :return: id of the flow, whose acknowledgement comes later
        :raise BusinessError: refused at once, with the platform's code and words
        :raise TransportError: no clear answer: it may have been taken
        """
        info = {
            "trackingId": tracking_id,
            "name": name,
            "processingRule": rule,
            "flowSyntax": syntax,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        body = self._call(
            "POST",
            FLOWS,
            attempts=1,
            files={
                "flowInfo": (None, json.dumps(info), "application/json"),
                "file": (name, content, "application/xml"),
            },
            headers=self._headers(),
        ).body
        flow_id = body.get("flowId")
        if not flow_id or not isinstance(flow_id, str):
            raise TransportError("answer without its content", FLOWS)
        return flow_id

    def _headers(self, accept="application/json"):
        headers = {"Request-Id": str(self._new_id()), "Accept": accept}
        if self._organization:
            headers["Organization-Id"] = self._organization
        return headers


def _later(text):
    """The instant just after the one that hides behind a cursor."""
    return parse_moment(text) + 3 * STEP_BACK


def wire(moment):
    """A moment as the service reads it: UTC, milliseconds.

    >>> from datetime import datetime
    >>> wire(datetime(2026, 9, 1, 8, tzinfo=timezone.utc))
    '2026-09-01T08:00:00.000Z'
    """
    text = moment.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
