# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kept-open ways to the providers, one set per worker thread."""

from types import TracebackType
from typing import Self

from django.conf import settings

from notifications.channels.base import AccountProblem, OutgoingEmail, OutgoingSms, Result
from notifications.channels.email.smtp import SmtpAccount, SmtpSession
from notifications.channels.sms.seven import SevenSession, SmsAccount
from notifications.outbox.clock import Clock


class Sessions:
    """Opens a provider's session on first use and keeps it. Not for several threads."""

    def __init__(self) -> None:
        self._email: SmtpSession | None = None
        self._sms: SevenSession | None = None

    def send(self, outgoing: OutgoingEmail | OutgoingSms, *, clock: Clock) -> Result:
        """Hand one message over. Raises ValueError, before any I/O, for what cannot be sent at all."""
        if isinstance(outgoing, OutgoingEmail):
            return self._email_session().send(outgoing, now=clock.now())
        sms = self._sms_session()
        return AccountProblem("not-configured") if sms is None else sms.send(outgoing, now=clock.now())

    def ask_for_sms(self, reference: str) -> Result | None:
        """Whether the gateway knows an SMS: Accepted, None (it does not), or something that answers neither."""
        sms = self._sms_session()
        return AccountProblem("not-configured") if sms is None else sms.ask(reference)

    def close(self) -> None:
        for session in (self._email, self._sms):
            if session is not None:
                session.close()
        self._email = self._sms = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _email_session(self) -> SmtpSession:
        if self._email is None:
            self._email = SmtpSession(SmtpAccount.from_url(settings.SMTP_URL))
        return self._email

    def _sms_session(self) -> SevenSession | None:
        if self._sms is None and settings.SMS_GATEWAY_URL:
            account = SmsAccount(base_url=settings.SMS_GATEWAY_URL.rstrip("/"), api_key=settings.SMS_GATEWAY_KEY)
            self._sms = SevenSession(account)
        return self._sms
