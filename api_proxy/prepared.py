"""Questions to the database that every call to the cloud asks: writing their SQL anew takes longer than the answer."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Field, QuerySet


class Prepared:
    """A question whose SQL is written once for each kind of database.

    ``rows`` makes the ``values_list`` of it from one value for each of ``fields``; it puts each of them into the SQL as
    it is, and nothing else that varies. Asked with values, it answers with the rows as the driver has them: a boolean
    may come as a number.
    """

    def __init__(self, rows: Callable[..., QuerySet[Any, Any]], *fields: "Field[Any, Any]") -> None:
        self._rows = rows
        self._fields: Final = fields
        self._written: dict[str, tuple[str, tuple[int, ...]]] = {}

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        sql, places = self._written.get(connection.vendor) or self._write()
        stored = [field.get_db_prep_value(value, connection) for field, value in zip(self._fields, values, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(sql, [stored[place] for place in places])
            return list(cursor.fetchall())

    def _write(self) -> tuple[str, tuple[int, ...]]:
        """The SQL, and which of the values each of its parameters is."""
        marks = [uuid4() if field.get_internal_type() == "UUIDField" else str(uuid4()) for field in self._fields]
        sql, parameters = self._rows(*marks).query.get_compiler(connection=connection).as_sql()
        places = self._places(marks)
        for parameter in parameters:
            if parameter not in places:
                raise ValueError(f"{parameter!r} is none of the values the question is asked with")
        written = self._written[connection.vendor] = (sql, tuple(places[each] for each in parameters))
        return written

    def _places(self, marks: list[UUID | str]) -> Mapping[Any, int]:
        """Which value it is that the SQL has as this parameter."""
        fields = enumerate(zip(self._fields, marks, strict=True))
        return {field.get_db_prep_value(mark, connection): place for place, (field, mark) in fields}
