# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The message with a code: in eight languages, one SMS, discreet, and without anything that a stranger could type."""

import pytest

from appointments.placeholders import OF_A_CODE
from appointments.proving import PROOF_CODE
from jobcenter_portal.kernel.gsm7 import Encoding, segments
from jobcenter_portal.web.languages import LANGUAGES
from notifications.channels.base import Channel
from notifications.texts import linter
from notifications.texts.defaults import default
from notifications.texts.placeholders import every_case, worst_case
from notifications.texts.rendering import render_email, render_sms
from notifications.texts.syntax import Pattern
from tests.notifications.banned_words import banned_in

CODES = tuple(language.code for language in LANGUAGES)
SEVENTY = frozenset({"uk", "ru", "ar", "fa"})
OURS = {"proof_code", "minutes", "phone", "phone_hours", "tenant"}
"""What may stand in it: our code, our numbers, our names. No name, note or address of anybody."""


@pytest.mark.parametrize("language", CODES)
def test_it_is_one_sms_that_says_the_code_first(language: str) -> None:
    sms = render_sms(PROOF_CODE, language, worst_case(PROOF_CODE, language))
    assert (sms.language, sms.parts, segments(sms.text).parts) == (language, 1, 1)
    assert segments(sms.text).encoding is (Encoding.UCS2 if language in SEVENTY else Encoding.GSM7)
    assert sms.text.index("482913") < 20


@pytest.mark.parametrize("language", CODES)
def test_the_mail_has_the_code_on_a_line_of_its_own_and_not_in_the_subject(language: str) -> None:
    for values in every_case(PROOF_CODE, _body(language, Channel.EMAIL), worst_case(PROOF_CODE, language)):
        mail = render_email(PROOF_CODE, language, values, sender="Terminservice")
        lines = [line.strip("\u2068\u2069") for line in mail.text.splitlines()]
        assert ("482913" in lines, "482913" in mail.subject) == (True, False)


@pytest.mark.parametrize("language", CODES)
def test_it_says_only_what_is_ours_and_nothing_that_harms(language: str) -> None:
    for channel in (Channel.EMAIL, Channel.SMS):
        text = default(PROOF_CODE, channel, language)
        assert text is not None
        assert text.body.names <= OURS | {"by_post"}
        subject = str(text.subject) if text.subject else ""
        found = linter.check(PROOF_CODE, channel, language, subject, str(text.body), discreet=True)
        assert [one for one in found if one.severity is linter.Severity.ERROR] == []
        assert banned_in(str(text.body), language) == []


def test_what_the_kind_can_say_is_known() -> None:
    assert set(OF_A_CODE) == OURS


def _body(language: str, channel: Channel) -> Pattern:
    text = default(PROOF_CODE, channel, language)
    assert text is not None
    return text.body
