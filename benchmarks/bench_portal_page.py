"""The customer's page: queries and time beside Odoo's own list, crowds, uploads.

    make bench
    AR_BENCH_PAGE=500 AR_BENCH_VISITORS=50 make bench

One customer with 5 open items and one with 500, on a real server with two workers.
Queries are those that Odoo writes into its own access log. The time is that to the
first byte, in the middle of a series, after the caches are warm; Odoo's list of
invoices shows a page of them, ours shows all.
"""

import io
import os
import re
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import requests
from stand import ROOT, child, databases, load

sys.path.insert(0, str(ROOT))

from tests.support.odoo_env import odoo_options  # noqa: E402
from tests.support.processes import Process, free_port, http_status  # noqa: E402

DATABASE = "bench_page"
ITEMS = int(os.environ.get("AR_BENCH_PAGE", "500"))
VISITORS = int(os.environ.get("AR_BENCH_VISITORS", "50"))
SERIES = 15
EACH = 4
#: The access log's own figures: queries, their seconds, the other seconds.
LINE = re.compile(r'"GET (\S+) HTTP/1\.1" 200 - (\d+) ([\d.]+) ([\d.]+)')


class Site:
    """The server under measure.

    :param str url: its address
    :param Process process: itself
    """

    def __init__(self, folder):
        port, self.log = free_port(), folder / "odoo.log"
        self.url = f"http://127.0.0.1:{port}"
        command = [
            *(sys.executable, "-m", "odoo", f"--database={DATABASE}"),
            *(f"--db-filter=^{DATABASE}$", "--workers=2", "--max-cron-threads=0"),
            *(f"--http-port={port}", "--http-interface=127.0.0.1"),
            *(f"--gevent-port={free_port()}", "--log-level=info", *odoo_options()),
        ]
        self.process = Process("Odoo", command, self.log)
        self.process.start(lambda: http_status(f"{self.url}/web/health") == 200, 180)

    def session(self, login=None):
        """An HTTP client, logged in when a login is given."""
        client = requests.Session()
        client.trust_env = False
        client.headers["Accept-Language"] = "en-US"
        if login:
            page = client.get(f"{self.url}/web/login", timeout=120).text
            token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
            data = {"login": login, "password": login, "csrf_token": token}
            answer = client.post(f"{self.url}/web/login", data=data, timeout=120)
            if "/web/login" in answer.url:
                raise SystemExit(f"{login} cannot log in")
        return client

    def series(self, client, path):
        """One page: middle of the seconds to the first byte, CPU seconds, queries."""
        seconds, busy = [], 0
        for rank in range(SERIES + 3):
            if rank == 3:
                busy = self.cpu()
            start = time.perf_counter()
            with client.get(self.url + path, stream=True, timeout=120) as answer:
                next(answer.iter_content(1))
                took = time.perf_counter() - start
                answer.content  # noqa: B018  (read to the end, as a browser does)
            if answer.status_code != 200:
                raise SystemExit(f"{path}: HTTP {answer.status_code}")
            if rank >= 3:
                seconds.append(took)
        busy = (self.cpu() - busy) / SERIES
        time.sleep(0.5)
        return statistics.median(seconds), busy, self.queries()

    def queries(self):
        """Queries of the last page in the log."""
        return int(LINE.findall(self.log.read_text(errors="replace"))[-1][1])

    def cpu(self):
        """Seconds of processor that the workers have used so far."""
        workers = psutil.Process(self.process.child.pid).children(recursive=True)
        return sum(sum(w.cpu_times()[:2]) for w in workers)

    def memory(self):
        """Memory of the fattest worker, in MB."""
        workers = psutil.Process(self.process.child.pid).children(recursive=True)
        return max(w.memory_info().rss for w in workers) / 1024 / 1024


def pages(site, told):
    """Ours behind a link and logged in, and Odoo's, few items and many."""
    measured = {}
    for size, one in told.items():
        client = site.session(one["login"])
        for name, path, who in (
            ("ours, behind a link", one["links"][0], site.session()),
            ("ours, logged in", f"/my/receivables/{one['account']}", client),
            ("Odoo's /my/invoices", "/my/invoices", client),
        ):
            measured[name, size] = site.series(who, path)
            seconds, busy, queries = measured[name, size]
            print(
                f"  {name:24} {size:5} {seconds:7.3f} s (CPU {busy:.3f})"
                f" {queries:5d} queries",
                flush=True,
            )
    link = "ours, behind a link"
    more = measured[link, "many"][2] - measured[link, "few"][2]
    ratio = measured["Odoo's /my/invoices", "many"][0] / measured[link, "many"][0]
    print(f"  {ITEMS} items instead of 5 cost {more} queries more")
    print(f"  Odoo's time / ours behind a link: {ratio:.2f}")


def crowd(site, links):
    """Everybody at once, each on his own link.

    Without a proxy in front, the queue of the server's socket is 16 connections;
    whoever finds it full knocks again, as a proxy would, and is counted.
    """
    knocks = []

    def look(client, path):
        for _knock in range(50):
            try:
                return client.get(site.url + path, timeout=300)
            except requests.ConnectionError:
                knocks.append(path)
                time.sleep(0.2)
        raise SystemExit("the server takes no connection")

    def visit(path):
        client, took = site.session(), []
        for _time in range(EACH):
            start = time.perf_counter()
            status = look(client, path).status_code
            took.append((time.perf_counter() - start, status))
        return took

    start = time.perf_counter()
    with ThreadPoolExecutor(len(links)) as pool:
        visits = [one for took in pool.map(visit, links) for one in took]
    seconds = time.perf_counter() - start
    times = sorted(took for took, _status in visits)
    errors = sum(status != 200 for _took, status in visits)
    print(
        f"  {len(visits)} visits in {seconds:.1f} s: {errors} errors, middle"
        f" {statistics.median(times):.2f} s, 95 % within"
        f" {times[int(len(times) * 0.95)]:.2f} s; {len(knocks)} times the queue of"
        " the socket was full"
    )
    return errors


def uploads(site, link):
    """A proof of 5 MB, then bombs; what each takes, and what the workers keep."""
    client = site.session()
    form = client.get(f"{site.url}{link}/proof", timeout=120).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form).group(1)
    item = re.search(r'name="item" value="(\d+)"', form).group(1)

    def send(data):
        start = time.perf_counter()
        answer = client.post(
            f"{site.url}{link}/proof",
            data={"csrf_token": token, "item": item, "amount": "1"}
            | {"paid_on": time.strftime("%Y-%m-%d")},
            files=[("files", ("a.pdf", data))],
            allow_redirects=False,
            timeout=120,
        )
        return time.perf_counter() - start, answer.status_code

    # The first files fill caches and make room for a body of this size.
    for data in (b"0" * 6_000_000, b"0" * 6_000_000):
        send(data)
    before = site.memory()
    for name, data in bombs():
        took, status = send(data)
        grown = site.memory() - before
        print(f"  {name:24} {took:6.2f} s, HTTP {status}, worker {grown:+.1f} MB")


def bombs():
    """Files of little size and much content."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    yield "picture of 400 Mpixel", out.getvalue()
    out = io.BytesIO()
    Image.new("RGB", (6_300, 6_300)).save(out, "PNG")
    yield "picture of 40 Mpixel", out.getvalue()
    yield "PDF of 480 MB unpacked", big_pdf(b"0 0 m\n" * 80_000_000, squeeze=True)


def big_pdf(content, squeeze=False):
    """A PDF of one page that holds this stream."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = DecodedStreamObject()
    stream.set_data(content)
    if squeeze:
        stream = stream.flate_encode(9)
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def check_alone():
    """The check of a PDF of 5 MB, in this process and its child."""
    import odoo.addons

    odoo.addons.__path__.append(str(ROOT))
    from odoo.addons.ar_portal.engine.upload_check import check

    data = big_pdf(os.urandom(5 * 1024 * 1024))
    seconds, busy = [], []
    for _time in range(7):
        start, cpu = time.perf_counter(), sum(os.times()[:4])
        check(data)
        seconds.append(time.perf_counter() - start)
        busy.append(sum(os.times()[:4]) - cpu)
    print(
        f"  check of a 5 MB PDF      {statistics.median(seconds):.3f} s"
        f" (CPU {statistics.median(busy):.3f})"
    )


def main():
    print(f"\nCustomer's page, {ITEMS} open items; {load()}")
    with (
        databases(os.environ["AR_TEMPLATE"], DATABASE),
        tempfile.TemporaryDirectory() as folder,
    ):
        told = child("portal_page.py", DATABASE, ITEMS, VISITORS)
        site = Site(Path(folder))
        with site.process:
            pages(site, told)
            errors = crowd(site, told["many"]["links"])
            uploads(site, told["few"]["links"][0])
        check_alone()
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
