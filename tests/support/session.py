"""A person at the back office: log-in and calls as the web client makes them."""

from __future__ import annotations

import requests


class CallFailed(RuntimeError):
    """The server refused a call; carries the message a user would read."""


class UserSession:
    """A logged-in user of a running Odoo server, under his own access rights."""

    def __init__(self, url: str, database: str, login: str, password: str):
        self.url = url.rstrip("/")
        self.http = requests.Session()
        self.http.trust_env = False  # loopback never goes through a proxy
        answer = self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        self.uid = answer["uid"]
        self.context = answer.get("user_context") or {}

    def _post(self, path: str, params: dict):
        answer = self.http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=120,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            data = body["error"].get("data") or {}
            raise CallFailed(data.get("message") or body["error"].get("message"))
        return body["result"]

    def call(self, model: str, method: str, *arguments, **keywords):
        """``model.method(*arguments, **keywords)``; the first argument of a record
        method is its list of ids.

        :raise CallFailed: with the words of the server.
        """
        keywords.setdefault("context", self.context)
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": arguments, "kwargs": keywords},
        )
