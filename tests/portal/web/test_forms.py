# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How forms look to people and to screen readers."""

import re

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from jobcenter_portal.web.forms import PortalForm
from tests.portal.web.gallery.views import SampleForm


def one_line(html: object) -> str:
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", str(html))).strip()


def refused(**data: str) -> SampleForm:
    form = SampleForm(data=data)
    assert not form.is_valid()
    return form


def test_a_text_field_has_label_hint_and_autocomplete() -> None:
    assert one_line(SampleForm()["name"].as_field_group()) == (
        '<div class="kern-form-input"><label class="kern-label" for="id_name">Name</label>'
        '<div class="kern-hint" id="id_name_helptext">So, wie er im Ausweis steht.</div>'
        '<input class="kern-form-input__input" type="text" name="name" autocomplete="name" maxlength="60" '
        'aria-describedby="id_name_helptext" id="id_name"></div>'
    )


def test_a_refused_text_field_keeps_the_input_and_points_to_its_error() -> None:
    assert one_line(refused(email='a"b')["email"].as_field_group()) == (
        '<div class="kern-form-input kern-form-input--error"><label class="kern-label" for="id_email">E-Mail-Adresse '
        '<span class="kern-label__optional">(freiwillig)</span></label>'
        '<input class="kern-form-input__input" type="email" name="email" value="a&quot;b" '
        'autocomplete="email" dir="ltr" maxlength="320" aria-invalid="true" '
        'aria-describedby="id_email_error" id="id_email">'
        '<p class="kern-error" id="id_email_error"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span>'
        '<span class="kern-body">Geben Sie eine gültige E-Mail-Adresse ein.</span></p></div>'
    )


def test_radio_buttons_stand_in_a_fieldset_with_a_legend() -> None:
    html = one_line(refused(topic="")["topic"].as_field_group())
    assert html.startswith(
        '<fieldset class="kern-fieldset kern-fieldset--error" id="id_topic" aria-describedby="id_topic_error">'
        '<legend class="kern-label kern-label--large">Worum geht es?</legend>'
    )
    assert re.findall(r"<input[^>]*>", html) == [
        (
            '<input class="kern-form-check__radio" type="radio" name="topic" value="first" id="id_topic_0" '
            'aria-describedby="id_topic_0_hint">'
        ),
        '<input class="kern-form-check__radio" type="radio" name="topic" value="papers" id="id_topic_1">',
    ]


def test_a_chosen_time_stays_chosen_and_each_day_is_a_group() -> None:
    html = one_line(refused(time="1-0")["time"].as_field_group())
    assert re.findall(r"<legend[^>]*>(.*?)</legend>", html) == [
        "Montag, 14. Dezember 2026",
        "Dienstag, 15. Dezember 2026",
    ]
    assert re.findall(r'value="([^"]*)" id="[^"]*" checked', html) == ["1-0"]
    assert (
        '<label for="id_time_0_0"><time datetime="2026-12-14T08:30+01:00"><bdi dir="ltr">08:30</bdi></time></label>'
        in html
    )


def test_the_first_day_points_to_the_error_of_missing_times() -> None:
    html = one_line(refused(topic="first")["time"].as_field_group())
    assert re.findall(r"<fieldset[^>]*>", html) == [
        '<fieldset class="kern-fieldset" aria-describedby="id_time_error">',
        '<fieldset class="kern-fieldset">',
    ]


def test_every_link_of_the_error_summary_leads_to_a_control() -> None:
    form = refused(email="x")
    assert form.error_links() == [
        ("#id_topic_0", "Wählen Sie aus, worum es geht."),
        ("#id_time_0_0", "Wählen Sie eine Zeit."),
        ("#id_name", "Geben Sie Ihren Namen ein."),
        ("#id_email", "Geben Sie eine gültige E-Mail-Adresse ein."),
        ("#id_language", "Dieses Feld ist zwingend erforderlich."),
        ("#id_agree", "Bestätigen Sie den Hinweis."),
    ]
    html = str(form)
    assert [url for url, _text in form.error_links() if f'id="{url[1:]}"' not in html] == []


def test_an_error_of_the_whole_form_leads_to_the_content() -> None:
    class Contradiction(PortalForm):
        def clean(self) -> None:
            raise forms.ValidationError("So geht es nicht.")

    assert Contradiction(data={}).error_links() == [("#main", "So geht es nicht.")]


@pytest.mark.parametrize(
    ("widget", "markup"),
    [
        (forms.HiddenInput(), '<input type="hidden" name="x" value="1" id="id_x">'),
        (
            forms.Select(choices=[("1", "eins"), ("2", "zwei")]),
            (
                '<div class="kern-form-input__select-wrapper">'
                '<select class="kern-form-input__select" name="x" id="id_x">'
                '<option value="1" selected>eins</option><option value="2">zwei</option></select></div>'
            ),
        ),
        (
            forms.Textarea(),
            '<textarea class="kern-form-input__input" name="x" cols="40" rows="10" id="id_x"> 1</textarea>',
        ),
    ],
)
def test_other_widgets_have_their_looks_too(widget: forms.Widget, markup: str) -> None:
    class One(PortalForm):
        x = forms.CharField(widget=widget)

    assert one_line(One(initial={"x": "1"})["x"]) == markup


def test_a_group_of_boxes_keeps_what_was_ticked() -> None:
    class Many(PortalForm):
        x = forms.MultipleChoiceField(choices=[("1", "eins"), ("2", "zwei")], widget=forms.CheckboxSelectMultiple)

    html = one_line(Many(MultiValueDict({"x": ["2"]}))["x"])
    assert re.findall(r"<input[^>]*>", html) == [
        '<input class="kern-form-check__checkbox" type="checkbox" name="x" value="1" id="id_x_0">',
        '<input class="kern-form-check__checkbox" type="checkbox" name="x" value="2" id="id_x_1" checked>',
    ]


def test_what_people_typed_is_never_markup() -> None:
    form = refused(name="<script>alert(1)</script>", email="<b>", note="</textarea><b>")
    assert "<script" not in str(form)
    assert "<b>" not in str(form)
