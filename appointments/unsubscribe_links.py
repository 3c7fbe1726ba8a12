# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Links that switch the reminders of one channel off and open nothing else (List-Unsubscribe, RFC 8058).

Mail programs send them about: so they name the appointment and the channel and show neither time nor place. They are
made anew whenever a reminder leaves; none is stored.
"""

import base64
import hmac
from typing import Final

from appointments.links import signature
from appointments.models import Appointment
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH

_LETTERS: Final = {
    ContactChannel.EMAIL: "e",
    ContactChannel.SMS: "s",
    ContactChannel.PUSH: "p",
    ContactChannel.LETTER: "l",
}
_CHANNELS: Final = {letter: channel for channel, letter in _LETTERS.items()}
_BYTES: Final = 16


def unsubscribe_token(appointment: Appointment, channel: ContactChannel) -> str:
    return f"{appointment.public_id}{_LETTERS[channel]}{_seal(appointment, channel)}"


def unsubscribed_by(token: str) -> tuple[Appointment, ContactChannel] | None:
    """Which reminders of the current Jobcenter a token is about; None for one that we did not make."""
    public_id, letter, seal = token[:PUBLIC_ID_LENGTH], token[PUBLIC_ID_LENGTH:][:1], token[PUBLIC_ID_LENGTH + 1 :]
    channel = _CHANNELS.get(letter)
    appointment: Appointment | None = Appointment.objects.filter(public_id=public_id).first()
    if channel is None or appointment is None:
        return None
    is_ours = hmac.compare_digest(seal.encode(), _seal(appointment, channel).encode())
    return (appointment, channel) if is_ours else None


def _seal(appointment: Appointment, channel: ContactChannel) -> str:
    made = signature(appointment, purpose=f"reminders-off/{channel}")[:_BYTES]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
