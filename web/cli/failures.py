"""What failed around us, in one line for the operator."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

LONGEST_QUOTE = 60


def told(error: SQLAlchemyError | OSError | UnicodeError) -> str:
    match error:
        case SQLAlchemyError():
            return f"the database: {of_database(error)}"
        case UnicodeEncodeError():
            return f"“{_shortened(error.object)}” {_cannot_be(error.encoding)}"
        case UnicodeError():
            return "what was read is not UTF-8"
        case _:
            reason = error.strerror or _first_line(error)
            return reason if error.filename is None else f"{error.filename}: {reason}"


def of_database(error: SQLAlchemyError) -> str:
    """What the database or its driver says. It may explain at length; the first line says what is wrong."""
    return _first_line(error.orig if isinstance(error, DBAPIError) and error.orig else error)


def _cannot_be(encoding: str) -> str:
    return "is not UTF-8" if encoding == "utf-8" else f"cannot be written in the terminal’s encoding, {encoding}"


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(":") if lines else type(error).__name__


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
