import socket
import struct
import tempfile
import threading
from pathlib import Path

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from ..clients import clamd
from .common import PortalCommon, pdf

#: What the daemon of these tests takes for a virus.
MARK = b"HARMFUL-FOR-THE-TESTS"


class FakeClamd:
    """A daemon that speaks INSTREAM on a socket of its own.

    :param mode: ``scan`` as it should, ``limit`` hangs up in the middle as beyond
        its size limit, ``mute`` never answers, ``drop`` closes without a word
    """

    def __init__(self, mode="scan", path=None):
        self.mode, self.received = mode, []
        family = socket.AF_UNIX if path else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.bind(path or ("127.0.0.1", 0))
        self.listener.listen(5)
        name = self.listener.getsockname()
        self.address = path or f"127.0.0.1:{name[1]}"
        self.ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.ended.set()
        self.listener.close()

    def _serve(self):
        while True:
            try:
                connection, _who = self.listener.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def _talk(self, connection):
        stream = connection.makefile("rb")
        if stream.read(10) != b"zINSTREAM\0":
            return connection.sendall(b"UNKNOWN COMMAND\0")
        if self.mode == "drop":
            return None
        data = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            data += stream.read(size)
            if self.mode == "limit":
                return connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        self.received.append(data)
        if self.mode == "mute":
            return self.ended.wait(20)
        word = b"Test.Mark FOUND" if MARK in data else b"OK"
        return connection.sendall(b"stream: " + word + b"\0")


@tagged("post_install", "-at_install")
class TestClamdClient(TransactionCase):
    """The words spoken with the daemon."""

    def daemon(self, *args, **options):
        fake = FakeClamd(*args, **options)
        self.addCleanup(fake.close)
        return fake

    def scan(self, data, fake, **options):
        return clamd.scan(data, clamd.parse_address(fake.address), **options)

    def test_a_file_of_many_chunks_arrives_whole(self):
        fake = self.daemon()
        data = bytes(range(256)) * 1000
        self.assertTrue(self.scan(data, fake).clean)
        self.assertEqual(fake.received, [data])

    def test_a_signature_is_told(self):
        verdict = self.scan(b"x" + MARK, self.daemon())
        self.assertFalse(verdict.clean)
        self.assertEqual(verdict.signature, "Test.Mark")

    def test_a_socket_in_the_file_system_works_too(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        fake = self.daemon(path=str(Path(folder.name) / "clamd.ctl"))
        self.assertTrue(self.scan(b"x", fake).clean)

    def test_no_verdict_is_an_error(self):
        for mode in ("limit", "drop"):
            with self.assertRaises(clamd.ClamdError):
                self.scan(b"x" * 400_000, self.daemon(mode))
        with self.assertRaises(clamd.ClamdError):
            self.scan(b"x", self.daemon("mute"), timeout=0.3)
        with self.assertRaises(clamd.ClamdError):
            clamd.scan(b"x", "/nonexistent/clamd.ctl")

    def test_addresses(self):
        for wrong in ("", "localhost", "host:0", "host:99999", ":3310", "host:x"):
            with self.assertRaises(ValueError):
                clamd.parse_address(wrong)


@tagged("post_install", "-at_install")
class TestAntivirus(PortalCommon):
    """Files of customers, where the administrator set an antivirus up."""

    def set_up(self, address, policy=None):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("ar_portal.clamd", address)
        if policy:
            parameters.set_param("ar_portal.clamd_policy", policy)
        self.env.flush_all()

    def daemon(self, mode="scan"):
        fake = FakeClamd(mode)
        self.addCleanup(fake.close)
        return fake

    def test_a_clean_file_is_kept_and_marked(self):
        fake = self.daemon()
        self.set_up(fake.address)
        self.assertEqual(self.send().status_code, 303)
        proof = self.proofs()
        self.assertTrue(proof.file_ids.scanned)
        self.assertEqual(fake.received, [proof.file_ids.attachment_id.raw])

    def test_a_harmful_file_is_refused_and_nothing_is_kept(self):
        self.set_up(self.daemon().address)
        data = pdf().replace(b"\n", b"\n%" + MARK + b"\n", 1)
        with self.assertLogs("odoo.addons.ar_portal", "WARNING"):
            answer = self.send(files=[("receipt.pdf", data)])
        self.assertEqual(answer.status_code, 422)
        self.assertIn("antivirus found something harmful", answer.text)
        self.assertNotIn("Test.Mark", answer.text)
        self.assertFalse(self.proofs())

    def test_without_a_verdict_the_file_is_refused(self):
        self.set_up(self.daemon("drop").address)
        with self.assertLogs("odoo.addons.ar_portal", "ERROR"):
            answer = self.send()
        self.assertEqual(answer.status_code, 422)
        self.assertIn("cannot be checked at the moment", answer.text)
        self.assertFalse(self.proofs())

    def test_an_administrator_may_take_files_without_a_verdict(self):
        self.set_up(self.daemon("drop").address, "best_effort")
        with self.assertLogs("odoo.addons.ar_portal", "ERROR"):
            self.assertEqual(self.send().status_code, 303)
        self.assertFalse(self.proofs().file_ids.scanned)

    def test_an_address_that_is_none_is_refused_in_the_settings(self):
        Settings = self.env["res.config.settings"].sudo()
        with self.assertRaises(ValidationError):
            Settings.create({"ar_portal_clamd": "somewhere"})
