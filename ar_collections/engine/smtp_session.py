"""An SMTP session that knows whether the text of a mail has begun to leave."""


class WatchedSession:
    """Wrap a connected ``smtplib.SMTP`` and watch its DATA command.

    :ivar server_id: which outgoing server it belongs to, for the caller
    :ivar bool handed_over: the last mail went as far as DATA, so that an error
        without an answer of the server leaves its fate unknown
    """

    def __init__(self, smtp, server_id=False):
        self._smtp = smtp
        self.server_id = server_id
        self.handed_over = False

    def __getattr__(self, name):
        return getattr(self._smtp, name)

    def send_message(self, message, from_addr, to_addrs):
        """Send one mail; raises what ``smtplib`` raises."""
        smtp = self._smtp
        self.handed_over = False
        original = getattr(smtp, "data", None)

        def data(text):
            self.handed_over = True
            return original(text)

        if original is None:
            return smtp.send_message(message, from_addr, to_addrs)
        smtp.data = data
        try:
            return smtp.send_message(message, from_addr, to_addrs)
        finally:
            smtp.data = original

    def close(self):
        """Leave politely; a server that has already gone is no error."""
        try:
            self._smtp.quit()
        except Exception:  # noqa: BLE001
            # The fate of every mail is settled and committed by now.
            return
