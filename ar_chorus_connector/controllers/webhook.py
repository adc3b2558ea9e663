from odoo import http
from odoo.http import Response, request

from ..engine.webhook_auth import SlidingWindow, is_authentic, read_call

#: A call says that something moved; it carries no file.
MAX_BODY = 64 * 1024
#: Calls that one address may make in a minute, good or bad, per worker.
WINDOW = SlidingWindow(120, 60.0)


class PlatformWebhook(http.Controller):
    """Platforms call here; the only effect is that we go and ask them sooner."""

    @http.route(
        "/ar/platform/webhook/<string:uid>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def call(self, uid, **_values):
        """Authenticate, forget repetitions, wake the scheduled reading.

        Nothing of the call is believed: the statuses themselves are downloaded
        from the platform, with our own credentials.
        """
        incoming = request.httprequest
        if not WINDOW.admits((uid[:64], incoming.remote_addr)):
            return Response(status=429, headers={"Retry-After": "60"})
        if incoming.content_length is None or incoming.content_length > MAX_BODY:
            return Response(status=413)
        body = incoming.get_data()
        platform = request.env["ar.platform"].sudo()._webhook_of(uid)
        authentic = is_authentic(
            platform.webhook_secret or "",
            body,
            incoming.headers.get("Signature", ""),
            incoming.headers.get("Authorization", ""),
        )
        if not authentic:
            return Response(status=401)
        if read_call(body) is None:
            return Response(status=400)
        platform._webhook_called(body)
        return Response(status=200)
