"""Time zone and calendar of an address, from country, state and postal code.

Codes are ISO's and Odoo's. Countries with several time zones and none of these
tables go by the zone in which most of their business is done.
"""

import re
from functools import lru_cache

import pytz

from .calendars import knows_region
from .windows import Place

#: Where the list of a country's zones does not begin with the usual one.
USUAL_ZONE = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
}

#: ``{country: {zone: states}}``, for states whose zone is not the usual one.
STATE_ZONES = {
    "AU": {
        "Australia/Adelaide": "SA",
        "Australia/Brisbane": "QLD",
        "Australia/Darwin": "NT",
        "Australia/Hobart": "TAS",
        "Australia/Melbourne": "VIC",
        "Australia/Perth": "WA",
    },
    "BR": {
        "America/Cuiaba": "MT MS",
        "America/Manaus": "AM RO RR",
        "America/Rio_Branco": "AC",
    },
    "CA": {
        "America/Edmonton": "AB NT",
        "America/Halifax": "NB NS PE",
        "America/Regina": "SK",
        "America/St_Johns": "NL",
        "America/Vancouver": "BC",
        "America/Whitehorse": "YT",
        "America/Winnipeg": "MB",
    },
    "ES": {"Atlantic/Canary": "GC TF", "Africa/Ceuta": "CE ME"},
    "MX": {
        "America/Cancun": "ROO",
        "America/Hermosillo": "SON",
        "America/Mazatlan": "BCS NAY SIN",
        "America/Tijuana": "BCN",
    },
    "PT": {"Atlantic/Azores": "20", "Atlantic/Madeira": "30"},
    "US": {
        "America/Anchorage": "AK",
        "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
        "America/Denver": "CO ID MT NM UT WY",
        "America/Los_Angeles": "CA NV OR WA",
        "America/Phoenix": "AZ",
        "America/Puerto_Rico": "PR VI",
        "Pacific/Guam": "GU MP",
        "Pacific/Honolulu": "HI",
        "Pacific/Pago_Pago": "AS",
    },
}

#: French postal codes outside metropolitan France: (calendar, time zone).
FRENCH_OVERSEAS = {
    "971": ("971", "America/Guadeloupe"),
    "972": ("972", "America/Martinique"),
    "973": ("973", "America/Cayenne"),
    "974": ("974", "Indian/Reunion"),
    "975": ("PM", "America/Miquelon"),
    "976": ("976", "Indian/Mayotte"),
    "977": ("BL", "America/St_Barthelemy"),
    "978": ("MF", "America/Marigot"),
    "986": ("WF", "Pacific/Wallis"),
    "987": ("PF", "Pacific/Tahiti"),
    "988": ("NC", "Pacific/Noumea"),
}
#: Departments of the local law of Alsace and Moselle.
LOCAL_LAW = {"57": "57", "67": "6AE", "68": "6AE"}

#: Provinces of Spain by the autonomous community that keeps their calendar.
SPANISH_COMMUNITIES = {
    "AN": "AL CA CO GR H J MA SE",
    "AR": "HU TE Z",
    "AS": "O",
    "CB": "S",
    "CE": "CE",
    "CL": "AV BU LE P SA SG SO VA ZA",
    "CM": "AB CR CU GU TO",
    "CN": "GC TF",
    "CT": "B GI L T",
    "EX": "BA CC",
    "GA": "C LU OR PO",
    "IB": "PM",
    "MC": "MU",
    "MD": "M",
    "ML": "ME",
    "NC": "NA",
    "PV": "BI SS VI",
    "RI": "LO",
    "VC": "A CS V",
}

#: Postal areas of Scotland; those of Northern Ireland begin with BT.
SCOTTISH_POST = "AB DD DG EH FK G HS IV KA KW KY ML PA PH TD ZE"
#: Odoo's codes of the counties, for addresses without a postal code.
SCOTTISH_COUNTIES = (
    "A1 A5 A7 B1 B3 B9 C3 C9 F9 G1 G5 H1 I7 I9 J1 J3 J5 J7 J9 K1 K3 K7 K9 L1 L2 L5"
    " L7 M1 M3 M5 M7 M9 N1 N3 N5 N7 O7 O9 P1 P3 Q7 R1 R3 S9 T1 T5 T7 T9 U3 V7 W3 X1 X9"
)
ULSTER_COUNTIES = "D5 D7 D9 E3 E5 E7"


@lru_cache(maxsize=4096)
def place_of(country, state=None, postcode=None, own_zone=None):
    """Where an address is, for the hours and the calendar of its people.

    :param country: ISO code of two letters
    :param state: code of the state or province, as Odoo has it
    :param own_zone: the zone noted with the address: taken when it is one of its
        country and the address does not say better. A new contact gets the zone of
        whoever creates it, so it is not believed more than that.
    :return: a :class:`windows.Place`, None for a country that has no time zone

    >>> place_of("RE", own_zone="Europe/Paris")
    Place(tz='Indian/Reunion', country='RE', subdivision=None)
    >>> place_of("FR", postcode="67000")
    Place(tz='Europe/Paris', country='FR', subdivision='6AE')
    >>> place_of("US", "CA").tz
    'America/Los_Angeles'
    """
    zones = pytz.country_timezones.get(country or "", ())
    if not zones:
        return None
    region, zone = _region(country, state or "", (postcode or "").strip().upper())
    zone = zone or _zone_of_state(country, state)
    if not zone and own_zone in zones:
        zone = own_zone
    return Place(zone or USUAL_ZONE.get(country, zones[0]), country, region)


def _zone_of_state(country, state):
    for zone, states in STATE_ZONES.get(country, {}).items():
        if state in states.split():
            return zone
    return None


def _region(country, state, postcode):
    """(subdivision of the calendar or None, time zone or None)."""
    if country == "FR":
        if postcode[:3] in FRENCH_OVERSEAS:
            return FRENCH_OVERSEAS[postcode[:3]]
        return LOCAL_LAW.get(postcode[:2]), None
    if country == "GB":
        return _british_nation(state, postcode), None
    if country == "ES":
        found = (c for c, ps in SPANISH_COMMUNITIES.items() if state in ps.split())
        return next(found, None), None
    # Odoo writes some with their country before, or with a language after.
    for code in (state, *state.split("-")):
        if code and knows_region(country, code):
            return code, None
    return None, None


def _british_nation(state, postcode):
    """England's calendar is Wales's too, and that of unknown addresses."""
    area = re.match(r"[A-Z]*", postcode).group()
    if area == "BT" or (not area and state in ULSTER_COUNTIES.split()):
        return "NIR"
    if area in SCOTTISH_POST.split():
        return "SCT"
    if not area and state in SCOTTISH_COUNTIES.split():
        return "SCT"
    return "ENG"
