# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The waiting list: who wishes for an earlier time or for any, what is offered to them, and who says yes first.

`entries` knows who waits for what, `joining` how often somebody may ask to, `offering` looks for times for them,
`accepting` answers, `links` opens an offer or an entry without a login, `messages` says it.
"""

from appointments.waiting.accepting import OfferClosed, OfferLost, accept_offer, decline_offer
from appointments.waiting.entries import (
    CannotWait,
    Obstacle,
    leave,
    obstacle_to_wishing,
    open_offer,
    place_of,
    subject_of_offer,
    takes_strangers,
    wait_for_any,
    wait_for_seat,
    waiting_at,
    wish_earlier,
)
from appointments.waiting.joining import TooMany, TooManyTries, count_try
from appointments.waiting.links import offer_of_token, place_of_token, token_for_offer, token_of_offer, token_of_place
from appointments.waiting.offering import EARLIER_OFFER, SEAT_OFFER, TIME_OFFER, offer_free_times

__all__ = [
    "EARLIER_OFFER",
    "SEAT_OFFER",
    "TIME_OFFER",
    "CannotWait",
    "Obstacle",
    "OfferClosed",
    "OfferLost",
    "TooMany",
    "TooManyTries",
    "accept_offer",
    "count_try",
    "decline_offer",
    "leave",
    "obstacle_to_wishing",
    "offer_free_times",
    "offer_of_token",
    "open_offer",
    "place_of",
    "place_of_token",
    "subject_of_offer",
    "takes_strangers",
    "token_for_offer",
    "token_of_offer",
    "token_of_place",
    "wait_for_any",
    "wait_for_seat",
    "waiting_at",
    "wish_earlier",
]
