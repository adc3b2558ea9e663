"""An SMTP session that knows what became of the mail it was given."""

import smtplib


class WatchedSession:
    """Wrap a connected ``smtplib.SMTP`` and watch its RCPT and DATA commands.

    :ivar server_id: which outgoing server it belongs to, for the caller
    :ivar bool handed_over: the last mail went as far as DATA, so that an error
        without an answer of the server leaves its fate unknown
    :ivar dict refused: ``{address: (code, text)}`` of the copies that the server
        refused, of the last mail
    """

    def __init__(self, smtp, server_id=False):
        self._smtp = smtp
        self.server_id = server_id
        self.handed_over = False
        self.refused = {}

    def __getattr__(self, name):
        return getattr(self._smtp, name)

    def send_message(self, message, from_addr, to_addrs):
        """Send one mail; raises what ``smtplib`` raises.

        ``smtplib`` is content when one recipient of several is accepted. A reminder
        has one recipient and copies: when the first address is refused, nothing is
        handed over.
        """
        smtp = self._smtp
        self.handed_over, self.refused = False, {}
        names = [name for name in ("data", "rcpt") if hasattr(smtp, name)]
        originals = {name: getattr(smtp, name) for name in names}
        watch = {
            "data": self._watch_data(originals.get("data"), to_addrs[0]),
            "rcpt": self._watch_rcpt(originals.get("rcpt")),
        }
        for name in names:
            setattr(smtp, name, watch[name])
        try:
            return smtp.send_message(message, from_addr, to_addrs)
        except smtplib.SMTPRecipientsRefused as error:
            # The answer about the recipient decides, not the one about a copy.
            first = error.recipients.get(to_addrs[0])
            if first is None:
                raise
            raise smtplib.SMTPRecipientsRefused({to_addrs[0]: first}) from error
        finally:
            for name in names:
                setattr(smtp, name, originals[name])

    def _watch_rcpt(self, original):
        def rcpt(address, options=()):
            code, text = original(address, options)
            if code not in (250, 251):
                self.refused[address] = (code, text)
            return code, text

        return rcpt

    def _watch_data(self, original, first):
        def data(text):
            if first in self.refused:
                self._smtp._rset()
                raise smtplib.SMTPRecipientsRefused({first: self.refused[first]})
            self.handed_over = True
            return original(text)

        return data

    def close(self):
        """Leave politely; a server that has already gone is no error."""
        try:
            self._smtp.quit()
        except Exception:  # noqa: BLE001
            # The fate of every mail is settled and committed by now.
            return
