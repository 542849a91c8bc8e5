# SPDX-License-Identifier: Apache-2.0
"""Dates and times written and read by Java's patterns."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from sluice.frame.javatimes import tokens
from sluice.frame.rowwise import rowwise
from sluice.frame.rowwise.times import date_parts, days_of, instant_of, offset_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY = 86_400_000_000


def _offset_text(seconds: int, text: str) -> str:
    letter, count = text[0], len(text)
    sign, rest = ("-" if seconds < 0 else "+"), abs(seconds)
    hours, minutes, left = rest // 3600, rest // 60 % 60, rest % 60
    if letter == "O":
        short = (
            f"{sign}{hours}" + (f":{minutes:02d}" if minutes else "")
            if count < 4
            else f"{sign}{hours:02d}:{minutes:02d}"
        )
        return "GMT" + (short if seconds else "")
    if letter == "X" and not seconds:
        return "Z"
    if letter == "Z":
        if count == 4:
            return "GMT" + (f"{sign}{hours:02d}:{minutes:02d}" if seconds else "")
        colon = ":" if count == 5 else ""
        if count == 5 and not seconds:
            return "Z"
        return f"{sign}{hours:02d}{colon}{minutes:02d}"
    if count == 1:
        return f"{sign}{hours:02d}" + (f"{minutes:02d}" if minutes else "")
    colon = ":" if count in (3, 5) else ""
    out = f"{sign}{hours:02d}{colon}{minutes:02d}"
    return f"{out}{colon}{left:02d}" if count > 3 and left else out


@rowwise("date_format", "BIGINT VARCHAR VARCHAR", "VARCHAR")
def date_format(instant: int, pattern: str, zone: str) -> str:
    """An instant on the clock of a zone, by a pattern of letters."""
    info = offset_of(zone)
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=instant)
    local = moment.astimezone(info)
    offset = local.utcoffset() or datetime.timedelta()
    seconds = offset // datetime.timedelta(seconds=1)
    days, micros = divmod(instant + seconds * 1_000_000, _DAY)
    year, month, day = date_parts(days)
    hour, minute, second, fraction = (
        micros // 3_600_000_000, micros // 60_000_000 % 60, micros // 1_000_000 % 60, micros % 1_000_000,
    )  # fmt: skip
    first = days_of(year, 1, 1)
    assert first is not None
    numbers = {
        "d": day, "D": days - first + 1, "H": hour, "h": hour % 12 or 12, "K": hour % 12, "k": hour or 24,
        "m": minute, "s": second, "M": month, "L": month, "Q": (month + 2) // 3, "q": (month + 2) // 3,
    }  # fmt: skip
    out = []
    for text, literal in tokens(pattern):
        letter, count = text[0], len(text)
        if literal:
            out.append(text)
        elif letter == "y":
            shown = year if year > 0 else 1 - year
            out.append(
                f"{shown % 100:02d}"
                if count == 2
                else f"{'+' if count >= 4 and shown > 9999 else ''}{shown:0{count}d}"
            )
        elif letter in "ML" and count > 2:
            out.append(_MONTHS[month - 1][: 3 if count == 3 else None])
        elif letter in "Qq" and count > 2:
            quarter = numbers["Q"]
            out.append(
                f"Q{quarter}" if count == 3 else f"{quarter}{('st', 'nd', 'rd', 'th')[quarter - 1]} quarter"
            )
        elif letter in numbers:
            out.append(f"{numbers[letter]:0{count}d}")
        elif letter == "S":
            out.append(f"{fraction:06d}".ljust(9, "0")[:count])
        elif letter == "E":
            out.append(_DAYS[(days + 3) % 7][: None if count == 4 else 3])
        elif letter == "a":
            out.append("AM" if hour < 12 else "PM")
        elif letter == "G":
            out.append(
                ("AD" if year > 0 else "BC") if count < 4 else "Anno Domini" if year > 0 else "Before Christ"
            )
        elif letter == "V":
            out.append(zone)
        elif letter == "z":
            out.append(local.tzname() or zone)
        else:
            out.append(_offset_text(seconds, text))
    return "".join(out)


#: What texts may have for an offset, and for a zone.
_AN_OFFSET = r"(Z|(?:GMT)?[+-]\d{1,2}(?::?\d{2})?(?::?\d{2})?|GMT)"
_A_ZONE = r"([A-Za-z][\w/+:-]*|[+-]\d{2}:\d{2})"
#: Stands before a pattern by which texts are read as Spark 2 did.
_LENIENT = "lenient "


@lru_cache(maxsize=256)
def _reader(pattern: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """An expression for texts of a pattern, and what its groups are."""
    out = ""
    groups = []
    parts = tokens(pattern)
    for place, (text, literal) in enumerate(parts):
        letter, count = text[0], len(text)
        if literal:
            out += re.escape(text)
            continue
        groups.append(text)
        # A number with no separator behind it has just as many digits as letters.
        tight = place + 1 < len(parts) and not parts[place + 1][1]
        if letter == "y":
            out += (
                r"(\d{2})"
                if count == 2
                else r"(\d{4})"
                if tight
                else rf"([+-]?\d{{{count},10}})"
                if count > 2
                else r"(\d{1,10})"
            )
        elif letter in "ML" and count > 2:
            names = [name if count > 3 else name[:3] for name in _MONTHS]
            out += "(" + "|".join(sorted(names, key=len, reverse=True)) + ")"
        elif letter in "dDHhKkmsML":
            out += (
                rf"(\d{{{count}}})"
                if count > 1
                else r"(\d)"
                if tight
                else r"(\d{1,3})"
                if letter == "D"
                else r"(\d{1,2})"
            )
        elif letter == "S":
            out += rf"(\d{{1,{count}}})"
        elif letter == "E":
            names = [name if count == 4 else name[:3] for name in _DAYS]
            out += "(" + "|".join(names) + ")"
        elif letter == "a":
            out += "(AM|PM|am|pm)"
        elif letter in "XxZO":
            out += _AN_OFFSET
        elif letter in "Vz":
            out += _A_ZONE
        else:
            out += r"(\w+)"
    return re.compile(out, re.ASCII | re.IGNORECASE if "a" in pattern else re.ASCII), tuple(groups)


@lru_cache(maxsize=256)
def _lenient(pattern: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """`_reader` as Java's `SimpleDateFormat` reads: numbers of any width, blanks before them, anything behind."""
    out = ""
    groups = []
    parts = tokens(pattern)
    for place, (text, literal) in enumerate(parts):
        letter = text[0]
        if literal:
            out += re.escape(text)
            continue
        groups.append(text)
        following = parts[place + 1] if place + 1 < len(parts) else ("", True)
        if (letter in "ML" and len(text) > 2) or letter == "E":
            names = _DAYS if letter == "E" else _MONTHS
            out += f"({'|'.join([*names, *(name[:3] for name in names)])})"
        elif letter == "a":
            out += "(AM|PM)"
        elif letter in "XxZO":
            out += _AN_OFFSET
        elif letter in "Vz":
            out += _A_ZONE
        else:
            # Numbers that touch have just as many digits as letters.
            out += rf"\s*(\d{{{len(text)}}})" if not following[1] else r"\s*(\d+)"
    return re.compile(out, re.ASCII | re.IGNORECASE), tuple(groups)


def _year(digits: str, form: str, lenient: bool) -> int:
    """A year; of one of two digits the century is that from 80 years ago on, or this one."""
    if len(form) > 2 or (lenient and len(digits) != 2):
        return int(digits)
    if not lenient:
        return int(digits) + (2000 if len(form) == 2 else 0)
    now = datetime.datetime.now(datetime.UTC).year
    year = now // 100 * 100 + int(digits)
    return year - 100 if year > now + 20 else year


def _read(text: str, pattern: str) -> tuple[int, int, str | None] | None:
    """Days, microseconds of the day, and the zone."""
    lenient = pattern.startswith(_LENIENT)
    regex, groups = _lenient(pattern.removeprefix(_LENIENT)) if lenient else _reader(pattern)
    found = regex.match(text) if lenient else regex.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, micros = 1970, 1, 1, 0, 0, 0, 0
    afternoon: bool | None = None
    half: int | None = None
    of_year: int | None = None
    zone = None
    for form, part in zip(groups, found.groups(), strict=True):
        letter = form[0]
        if letter == "y":
            year = _year(part, form, lenient)
        elif letter in "ML":
            month = (
                int(part)
                if part.isdigit()
                else [name[:3].lower() for name in _MONTHS].index(part[:3].lower()) + 1
            )
        elif letter == "d":
            day = int(part)
        elif letter == "D":
            of_year = int(part)
        elif letter in "Hk":
            hour = int(part) % 24 if letter == "k" else int(part)
        elif letter in "hK":
            half = int(part) % 12
            if int(part) > (12 if letter == "h" else 11):
                return None
        elif letter == "m":
            minute = int(part)
        elif letter == "s":
            second = int(part)
        elif letter == "S":
            micros = int(part) * 1000 if lenient else int(part[:6].ljust(6, "0"))
            if micros > 999_999:
                return None
        elif letter == "a":
            afternoon = part.upper() == "PM"
        elif letter in "VzXxZO":
            zone = part.removeprefix("GMT") or "UTC" if letter in "XxZO" else part
        elif letter != "E":
            return None
    if half is not None:
        hour = half + (12 if afternoon else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    days = days_of(year, month, day)
    if of_year is not None:
        first = days_of(year, 1, 1)
        days = None if first is None else first + of_year - 1
    if days is None:
        return None
    return days, ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros, zone


@rowwise("parse_timestamp", "VARCHAR VARCHAR VARCHAR", "BIGINT")
def parse_timestamp(text: str, pattern: str, session: str) -> int | None:
    """An instant of a text by a pattern; null if it is none."""
    read = _read(text, pattern)
    if read is None:
        return None
    info = offset_of(read[2] or session)
    return None if info is None else instant_of(read[0], read[1], info)


@rowwise("parse_local", "VARCHAR VARCHAR", "BIGINT")
def parse_local(text: str, pattern: str) -> int | None:
    """A wall clock's time of a text by a pattern; null if it is none."""
    read = _read(text, pattern)
    return None if read is None else read[0] * _DAY + read[1]


@rowwise("months_between", "BIGINT BIGINT BOOLEAN", "DOUBLE")
def months_between(one: int, other: int, rounded: bool) -> float:
    """Months between two times on the wall clock; a part of one counts as of 31 days."""
    (days1, micros1), (days2, micros2) = divmod(one, _DAY), divmod(other, _DAY)
    (year1, month1, day1), (year2, month2, day2) = date_parts(days1), date_parts(days2)
    months = (year1 - year2) * 12 + month1 - month2
    last1, last2 = (date_parts(days + 1)[2] == 1 for days in (days1, days2))
    if day1 == day2 or (last1 and last2):
        return float(months)
    # Spark counts whole seconds, cut off.
    seconds = (day1 - day2) * 86_400 + micros1 // 1_000_000 - micros2 // 1_000_000
    difference = months + seconds / (31 * 86_400)
    return round(difference * 1e8) / 1e8 if rounded else difference


@rowwise("shift_zone", "BIGINT VARCHAR VARCHAR", "BIGINT")
def shift_zone(micros: int, name: str, way: str) -> int:
    """A clock's time in UTC as that of a zone, or back.

    Raises:
        ValueError: there is no such zone.
    """
    zone = offset_of(name)
    if zone is None:
        raise ValueError(
            f"[INVALID_TIMEZONE] The timezone: {name} is invalid. The timezone must be either a region-based zone ID "
            "or a zone offset. SQLSTATE: 22009"
        )
    days, rest = divmod(micros, _DAY)
    if way == "to":
        return instant_of(days, rest, zone)
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=micros)
    offset = zone.utcoffset(moment.astimezone(zone)) or datetime.timedelta()
    return micros + offset // datetime.timedelta(microseconds=1)


def _out_of_bounds(what: str) -> ValueError:
    return ValueError(f"[DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION] {what}. SQLSTATE: 22023")


@rowwise("make_days", "INTEGER INTEGER INTEGER", "INTEGER")
def make_days(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date.

    Raises:
        ValueError: there is no such day.
    """
    if not 1 <= month <= 12:
        raise _out_of_bounds(f"Invalid value for MonthOfYear (valid values 1 - 12): {month}")
    days = days_of(year, month, day)
    if days is None:
        raise _out_of_bounds(f"Invalid date: year={year}, month={month}, day={day}")
    return days


@rowwise("make_micros", "INTEGER INTEGER INTEGER INTEGER INTEGER BIGINT", "BIGINT")
def make_micros(year: int, month: int, day: int, hour: int, minute: int, micros: int) -> int:
    """Microseconds since 1970 of a wall clock's time; a minute may have 60 seconds, then it is the next one's first.

    Raises:
        ValueError: there is no such time of day.
    """
    days = make_days(year, month, day)
    if not 0 <= hour <= 23:
        raise _out_of_bounds(f"Invalid value for HourOfDay (valid values 0 - 23): {hour}")
    if not 0 <= minute <= 59:
        raise _out_of_bounds(f"Invalid value for MinuteOfHour (valid values 0 - 59): {minute}")
    if not 0 <= micros < 60_000_000 and micros != 60_000_000:
        raise _out_of_bounds(f"Invalid value for SecondOfMinute (valid values 0 - 59): {micros // 1_000_000}")
    return days * _DAY + (hour * 60 + minute) * 60_000_000 + micros


@rowwise("try_make_micros", "INTEGER INTEGER INTEGER INTEGER INTEGER BIGINT", "BIGINT")
def try_make_micros(year: int, month: int, day: int, hour: int, minute: int, micros: int) -> int | None:
    """As `make_micros`; null where there is no such time."""
    try:
        return make_micros(year, month, day, hour, minute, micros)
    except ValueError:
        return None
