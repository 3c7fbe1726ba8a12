# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long personal data live. Every field that could hold some names its class (a test fails without)."""

import enum


class Retention(enum.Enum):
    """Start of the period and length; § 84 SGB X, Art. 17 GDPR. The offices' file (E-Akte) is elsewhere."""

    NOT_PERSONAL = "not about a person"
    REPEAT = "24 hours after a request, so that sending it again gives the same answer"
    LIMIT = "at most two days after something that is limited was done"
    HOLD = "until the hold ends, at most some minutes"
    APPOINTMENT = "90 days after the appointment"
    CUSTOMER = "until the last appointment is gone"
    MESSAGE = "30 days after the message was finished"
    OBJECTION = "as long as somebody's wish not to be written to stands; an address that does not exist, one year"
    FEEDBACK = "12 months after a report about a barrier was settled"
    STAFF = "while the person works here"
    AUDIT = "12 months"
    SESSION = "until the session ends"
