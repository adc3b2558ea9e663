import random
import time

from psycopg2 import OperationalError
from psycopg2.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

RETRIES = 6
#: So many new rows at once can change how a table is best read.
MANY = 100
#: How often a batch is tried as a whole, before the record at fault is looked for.
LOOKS = 4
#: SQL types whose values need no quotes inside an array.
BARE = {"bool", "date", "int", "numeric"}


def sql_array(values, kind):
    """These values as one SQL array.

    As a single literal: an ``ARRAY[...]`` of ten thousand elements takes PostgreSQL
    longer to parse than to use.

    :param values: of Python types that fit ``kind``; None is NULL; JSON as text
    :param str kind: SQL type of the elements
    """
    if kind in BARE:
        told = ("NULL" if value is None else str(value) for value in values)
    else:
        told = ("NULL" if value is None else _quoted(value) for value in values)
    return SQL("%s::" + kind + "[]", "{" + ",".join(told) + "}")


def _quoted(value):
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


class Many2oneSoft(fields.Many2one):
    """A Many2one without a foreign key in the database.

    For hot or append-only tables: each foreign key costs a look-up per inserted
    row and a scan per deleted parent. Who uses it must clean up by himself.
    """

    def update_db_foreign_key(self, model, column):
        return


class ArBulk(models.AbstractModel):
    """Machine columns are written set-based, by one helper.

    Every column has one owner: machine columns are only written here, human
    columns only through the ORM. So that neither overwrites the other, pending
    ORM writes are flushed first and the cache is dropped after.
    """

    _name = "ar.bulk"
    _description = "Set-based writes of machine columns"

    @api.model
    def _ar_bulk(self, query, fnames=None):
        """Run one writing statement on this model's table.

        :param SQL query: the statement, with RETURNING when rows are wanted
        :param fnames: the fields that it may change: all when not given, [] for none
        :return: the rows returned, [] without RETURNING
        """
        self.env.flush_all()
        self.env.cr.execute(query)
        rows = self.env.cr.fetchall() if self.env.cr.description else []
        if fnames != []:
            self.invalidate_model(fnames)
        return rows

    @api.model
    def _ar_grown(self, count):
        """Tell PostgreSQL that this table has grown by that many rows, if it matters.

        The check of a foreign key keeps, for the session, the plan made for it: on a
        table that was almost empty, that is to read it whole for each row.
        """
        if count < MANY:
            return
        self.env.cr.execute(
            SQL("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", self._table)
        )
        if count > self.env.cr.fetchone()[0] / 2:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(self._table)))

    @api.model
    def _ar_patiently(self, work):
        """Run one batch of a cron again when another transaction was faster.

        Odoo's transactions are REPEATABLE READ: a row that somebody changed since
        the snapshot raises instead of being read again. Only for drivers that
        commit batch by batch, since what is not committed is rolled back.

        :param work: function without arguments, whose result is returned
        """
        for attempt in range(RETRIES):
            try:
                # The clash is logged as an error by the cursor; it is expected.
                with mute_logger("odoo.sql_db"):
                    result = work()
                    self.env.flush_all()
                    return result
            except (SerializationFailure, DeadlockDetected):
                self.env.cr.rollback()
                self.env.invalidate_all()
                if attempt == RETRIES - 1:
                    raise
                time.sleep(random.uniform(0.05, 0.3) * (attempt + 1))

    @api.model
    def _ar_together(self, work, one_by_one):
        """Run one batch of a cron as a whole, or look for the record at fault.

        What another transaction has created since our snapshot looks like a fault
        of the data: only a look with a new snapshot tells them apart.

        :param work: the batch as a whole; a fault raises
        :param one_by_one: the same, with a record at fault told apart
        :return: the result of either
        """
        for _look in range(LOOKS):
            try:
                return self._ar_patiently(work)
            except OperationalError:
                raise
            except Exception as error:
                self.env.cr.rollback()
                self.env.invalidate_all()
                if not isinstance(error, UniqueViolation):
                    break
                time.sleep(random.uniform(0.05, 0.3))
        return self._ar_patiently(one_by_one)

    @api.model
    def _ar_safely(self, records, work, failed):
        """Do the work for these; one that cannot be done fails alone.

        A failure halves them until the one at fault is found.

        :param records: list of ids, or records
        :param work: function of some of them
        :param failed: function of the one at fault, as it stands in ``records``
            (a list or recordset of one), and of the error
        :return: list of what ``work`` and ``failed`` gave
        """
        try:
            with self.env.cr.savepoint():
                return [work(records)]
        except OperationalError:
            raise  # lost connection, or another worker was faster: run it again
        except Exception as error:
            self.env.invalidate_all()
            if len(records) == 1:
                return [failed(records, error)]
            middle = len(records) // 2
            first, second = records[:middle], records[middle:]
            return [
                *self._ar_safely(first, work, failed),
                *self._ar_safely(second, work, failed),
            ]

    @api.model
    def _ar_arrays(self, rows, kinds):
        """Rows as the arrays that ``unnest`` takes, one per column.

        :param kinds: SQL types of the columns
        """
        return SQL(", ").join(
            sql_array(column, kind)
            for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)
        )

    @api.model
    def _ar_bulk_update(self, rows, columns):
        """Update machine columns of many records in one statement.

        :param rows: ``[(id, value, value…)]``, values in the order of columns
        :param columns: ``{column: sql type}``; rows that do not differ are skipped
        :return: the ids that really changed
        """
        if not rows:
            return []
        names = list(columns)
        query = SQL(
            "UPDATE %(table)s t SET %(sets)s"
            " FROM unnest(%(arrays)s) AS v(id, %(names)s)"
            " WHERE t.id = v.id AND (%(old)s) IS DISTINCT FROM (%(new)s)"
            " RETURNING t.id",
            table=SQL.identifier(self._table),
            sets=SQL(", ").join(
                SQL("%s = v.%s", SQL.identifier(n), SQL.identifier(n)) for n in names
            ),
            arrays=self._ar_arrays(rows, ["int", *columns.values()]),
            names=SQL(", ").join(SQL.identifier(n) for n in names),
            old=SQL(", ").join(SQL.identifier("t", n) for n in names),
            new=SQL(", ").join(SQL.identifier("v", n) for n in names),
        )
        return [row[0] for row in self._ar_bulk(query, names)]
