"""Template databases, made once per state of the code, and their quick copies.

Two templates exist: one with only Odoo's own add-ons (its key: Odoo's version,
requirements.txt, what our manifests depend on), and one with ours installed on
top (key: that, and everything that their installation reads). A copy takes less
than a second; its filestore consists of hard links.
"""

import hashlib
import os
import shutil

from devkit import addons, files, postgres, python_env
from devkit.commands import CommandFailed, run
from devkit.ui import Problem, console

#: The first is the default of users and partners.
LANGUAGES = "en_US,fr_FR"


class Databases:
    """The databases of one workbench."""

    def __init__(self, bench):
        self.bench = bench
        self.settings = bench.settings

    def query(self, *statements, database="postgres"):
        """Execute SQL; return the rows of the last statement."""
        return postgres.query(
            self.settings, self.bench.server, *statements, database=database
        )

    def names(self):
        """Return the names of all databases of the server."""
        return [name for (name,) in self.query("SELECT datname FROM pg_database")]

    def filestore(self, name):
        """Return the folder of a database's attachments."""
        return self.settings.data / "filestore" / name

    def drop(self, name):
        """Remove a database, if it is there, and its filestore."""
        self.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        files.remove(self.filestore(name))

    def copy(self, source, name):
        """Replace the database `name` by a copy of `source`."""
        self.drop(name)
        postgres.wait_until_idle(self.settings, self.bench.server, source)
        if self.filestore(source).is_dir():
            shutil.copytree(
                self.filestore(source), self.filestore(name), copy_function=os.link
            )
        self.query(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')

    def rename(self, name, final):
        """Give a finished database its name: filestore first, database last."""
        postgres.wait_until_idle(self.settings, self.bench.server, name)
        files.remove(self.filestore(final))
        if self.filestore(name).is_dir():
            self.filestore(name).rename(self.filestore(final))
        self.query(f'ALTER DATABASE "{name}" RENAME TO "{final}"')

    def odoo(self, *arguments, log):
        """Run Odoo to its end without HTTP; its log goes to the named file.

        :raise CommandFailed: when it ends with an error.
        """
        command = self.bench.odoo_command(
            *arguments, "--stop-after-init", "--no-http", "--max-cron-threads=0"
        )
        path = self.settings.logs / f"{log}.log"
        run(command, path, env=self.bench.environment(), cwd=self.settings.root)

    def dependencies_key(self):
        """Return the key of the template with Odoo's own add-ons."""
        parts = [
            self.bench.odoo.version,
            str(self.bench.odoo.tree),
            python_env.requirements_key(self.settings),
            LANGUAGES,
            *addons.dependencies(self.settings.root),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]

    def dependencies_template(self):
        """Return the database with only Odoo's add-ons, made when needed."""
        name = f"ar_tpl_odoo_{self.dependencies_key()}"
        wanted = ",".join(addons.dependencies(self.settings.root))
        text = "Database template: Odoo's own add-ons"
        return self._make(
            name,
            text,
            "ar_tpl_odoo",
            lambda building: self.odoo(
                f"--database={building}",
                f"--init={wanted}",
                f"--load-language={LANGUAGES}",
                log="template-odoo",
            ),
        )

    def template(self):
        """Return the database with the add-ons of this repository installed."""
        ours = ",".join(addons.names(self.settings.root))
        if not ours:
            return self.dependencies_template()
        key = addons.install_key(self.settings.root)
        name = f"ar_tpl_ours_{self.dependencies_key()}_{key}"
        text = f"Database template: {ours}"

        def make(building):
            self.copy(self.dependencies_template(), building)
            self.odoo(f"--database={building}", f"--init={ours}", log="template-ours")

        return self._make(name, text, "ar_tpl_ours", make)

    def _make(self, name, text, family, make):
        existing = self.names()
        if name in existing:
            return name
        building = f"{family}_building"
        with console.step(text):
            self.drop(building)
            try:
                make(building)
            except CommandFailed as error:
                raise Problem(
                    f"Odoo could not install the add-ons; the end of {error.log}:\n"
                    f"{error.tail}"
                ) from error
            self.rename(building, name)
        for old in existing:
            if old.startswith(f"{family}_") and not old.endswith("_building"):
                self.drop(old)
        return name
