# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changing the plan by which a Jobcenter reminds: its rules, and the hours in which channels stay silent.

A change says which rules go, which come and which hours hold instead. It can be looked at before it counts, and taken
back. Nobody has to tell the planned reminders: `replanning.follow_plan` sees that the plan is another one than they
follow. Of two people who change the plan at the same time the second one is told, and sees the plan of the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from django.db import transaction

from appointments.core.reminder_rules import Rule
from appointments.dry_run import Effect, effect_of
from appointments.models import ReminderRule, Replanning
from appointments.reminder_plan import rules_now
from appointments.reminder_wishes import QUIET_FIELDS, Change, PlanChangedMeanwhile, Quiet, ReminderPlan, check, wished
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings

SUBJECT: Final = "reminders"
CHANGED: Final = "reminders_changed"
UNDONE: Final = "reminders_undone"


class NothingToUndo(Exception):
    """There is no change yet, or the plan no longer is what it made of it."""


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change that was made: `quiet_before` are the hours that it replaced."""

    at: datetime
    membership_id: int | None
    change: Change
    quiet_before: Quiet | None
    was_undoing: bool

    @property
    def inverse(self) -> Change:
        return Change(removed=self.change.added, added=self.change.removed, quiet=self.quiet_before)


def plan_now() -> ReminderPlan:
    """As it is at this moment, not as it was within the last second."""
    return ReminderPlan(rules_now(), TenantSettings.objects.get())


def effect(plan: ReminderPlan, change: Change, *, now: datetime) -> Effect:
    """What the change would do to the reminders of all coming appointments. Nothing is written."""
    after = wished(plan, change)
    return effect_of((plan.rules, plan.settings), (after.rules, after.settings), now=now)


def change_reminders(*, jobcenter: Jobcenter, change: Change, seen: str, by: By, now: datetime) -> None:
    """Let another plan hold from now on. Raises what `check` raises; nothing has changed then.

    `seen` is the fingerprint of the plan that the person looked at.
    """
    with transaction.atomic():
        plan = _locked()
        if plan.fingerprint != seen:
            raise PlanChangedMeanwhile
        check(plan, change, now=now)
        _write(jobcenter, plan, change)
        _record(plan, change, CHANGED, by, now)


def undo_last_change(*, jobcenter: Jobcenter, seen: str, by: By, now: datetime) -> None:
    """Make the plan what it was before the last change. Raises NothingToUndo and what `check` raises."""
    with transaction.atomic():
        plan = _locked()
        if plan.fingerprint != seen:
            raise PlanChangedMeanwhile
        last = undoable(plan, past_changes())
        if last is None:
            raise NothingToUndo
        check(plan, last.inverse, now=now)
        _write(jobcenter, plan, last.inverse)
        _record(plan, last.inverse, UNDONE, by, now)


def undoable(plan: ReminderPlan, past: Sequence[PastChange]) -> PastChange | None:
    """The last change, if what it made still stands."""
    last = past[0] if past else None
    if last is None or not last.change.added <= set(plan.rules):
        return None
    return last if last.change.quiet in (None, plan.quiet) else None


def past_changes() -> list[PastChange]:
    """What was changed, the latest first."""
    return [
        PastChange(
            at=entry.at,
            membership_id=entry.membership_id,
            change=Change(
                removed=_rules(entry.detail["removed"]),
                added=_rules(entry.detail["added"]),
                quiet=_quiet(entry.detail["quiet_after"]),
            ),
            quiet_before=_quiet(entry.detail["quiet_before"]),
            was_undoing=entry.action == UNDONE,
        )
        for entry in reversed(audit.history(SUBJECT))
    ]


def is_followed(plan: ReminderPlan) -> bool:
    """Whether all planned reminders follow the plan; within two minutes after a change they do again."""
    return bool(Replanning.objects.filter(followed=bytes.fromhex(plan.fingerprint)).exists())


def _locked() -> ReminderPlan:
    """The plan, which nobody else changes meanwhile: whoever does begins with the row of the settings."""
    settings = TenantSettings.objects.select_for_update().get()
    return ReminderPlan(rules_now(), settings)


def _write(jobcenter: Jobcenter, plan: ReminderPlan, change: Change) -> None:
    for rule in change.removed:
        ReminderRule.objects.filter(
            kind=rule.kind, channel=rule.channel, offset=rule.offset, service_id=rule.service_id
        ).delete()
    ReminderRule.objects.bulk_create(
        ReminderRule(
            tenant=jobcenter,
            kind=rule.kind,
            channel=rule.channel,
            offset=rule.offset,
            service_id=rule.service_id,
            only_without=sorted(rule.only_without),
        )
        for rule in sorted(change.added, key=str)
    )
    if change.quiet is not None:
        wished(plan, change).settings.save(update_fields=QUIET_FIELDS)


def _record(plan: ReminderPlan, change: Change, action: str, by: By, now: datetime) -> None:
    audit.record(
        by=by,
        action=action,
        subject=SUBJECT,
        at=now,
        removed=_written(change.removed),
        added=_written(change.added),
        quiet_before=_quiet_written(plan.quiet) if change.quiet else "",
        quiet_after=_quiet_written(change.quiet) if change.quiet else "",
    )


def _written(rules: Iterable[Rule]) -> str:
    return " ".join(
        f"{rule.kind}/{rule.service_id or ''}/{rule.channel}/{rule.offset}/{','.join(sorted(rule.only_without))}"
        for rule in sorted(rules, key=str)
    )


def _rules(written: str) -> frozenset[Rule]:
    found = set()
    for line in written.split():
        kind, service, channel, offset, without = line.split("/")
        found.add(
            Rule(kind, channel, offset, int(service) if service else None, frozenset(filter(None, without.split(","))))
        )
    return frozenset(found)


def _quiet_written(quiet: Quiet) -> str:
    return "/".join(f"{value:%H:%M}" if value else "" for value in quiet.values)


def _quiet(written: str) -> Quiet | None:
    if not written:
        return None
    start, end, *email = [time.fromisoformat(text) if text else None for text in written.split("/")]
    if start is None or end is None:
        raise ValueError("quiet hours have a beginning and an end")
    return Quiet(start, end, *email)
