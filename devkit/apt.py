"""Debian packages taken through apt's signed chain and unpacked, not installed.

The lists, the sources and the downloads live in a folder of their own, so the
system's apt never sees them. apt checks the chain Release file (signed by
Debian's keyring) → package list → SHA-256 of each file.
"""

import contextlib
import os
import re
import subprocess
import tarfile

from devkit.commands import CommandFailed, output, run
from devkit.ui import Problem

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Apt:
    """An isolated apt with the given suites of the machine's own mirror.

    :param Path folder: where lists and downloads go.
    :param suites: names such as ``sid``.
    :param Path log: where apt's output goes.
    """

    def __init__(self, folder, suites, log):
        self.folder, self.suites, self.log = folder, suites, log
        self.debs = folder / "debs"

    def _options(self):
        return [
            "-q",
            f"-oDir::Etc::SourceList={os.devnull}",
            f"-oDir::Etc::SourceParts={self.folder}/parts",
            f"-oDir::State::Lists={self.folder}/lists",
            f"-oDir::Cache={self.folder}/cache",
            "-oAcquire::Languages=none",
            "-oAcquire::Retries=3",
            "-oAPT::Sandbox::User=",
            "-oAPT::Update::Error-Mode=any",
            "-oDebug::NoLocking=1",
        ]

    def update(self):
        """Fetch the signed lists.

        :raise Problem: when the network or the mirror does not answer.
        """
        for name in ("parts", "lists/partial", "cache/archives/partial", "debs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        source = (
            f"Types: deb\nURIs: {self._mirror()}\nSuites: {' '.join(self.suites)}\n"
            f"Components: main\nSigned-By: {KEYRING}\n"
        )
        (self.folder / "parts/suites.sources").write_text(source, encoding="utf-8")
        try:
            run(["apt-get", *self._options(), "update"], self.log)
        except CommandFailed as error:
            raise Problem(_network_sentence(self.log)) from error

    def _mirror(self):
        listed = output(
            ["apt-get", "indextargets", "--format", "$(REPO_URI) $(COMPONENT)"]
        )
        for line in listed.splitlines():
            uri, _, component = line.partition(" ")
            if component == "main" and re.search(r"/debian/?$", uri):
                return uri
        raise Problem(
            "This machine's apt names no Debian mirror to take Odoo 19 from: set "
            "ODOO_HOME to an Odoo 19.0 source tree."
        )

    def download(self, packages):
        """Download packages, each written ``name/suite``; return {name: file}.

        :raise Problem: when one cannot be had.
        """
        command = ["apt-get", *self._options(), "download", *packages]
        try:
            run(command, self.log, cwd=self.debs)
        except CommandFailed as error:
            raise Problem(_network_sentence(self.log)) from error
        files = {}
        for name in (package.partition("/")[0] for package in packages):
            (files[name],) = self.debs.glob(f"{name}_*.deb")
        return files


def _network_sentence(log):
    return (
        f"Odoo 19 could not be fetched from Debian's mirror (details in {log}): check "
        "the network and the free disk space and run this again, or set ODOO_HOME to "
        "an Odoo 19.0 source tree."
    )


def unpack(deb, folder, skip=None):
    """Unpack a package's files below a folder.

    :param skip: function telling by the name of a member whether to leave it out.
    """
    trust = {"filter": "fully_trusted"} if hasattr(tarfile, "data_filter") else {}
    command = ["dpkg-deb", "--fsys-tarfile", str(deb)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as source:
        with contextlib.suppress(tarfile.TarError):  # dpkg-deb says so, too
            with tarfile.open(fileobj=source.stdout, mode="r|") as archive:
                for member in archive:
                    if not (skip and skip(member.name)):
                        archive.extract(member, folder, **trust)
        source.stdout.read()
    if source.returncode:
        raise Problem(
            f"{deb.name} cannot be unpacked: run this again to fetch it anew."
        )
