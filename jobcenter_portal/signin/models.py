# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a Jobcenter's staff prove who they are. Each row is one Jobcenter's: a directory knows nobody elsewhere."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed

ISSUER_LENGTH = 200
GROUP_LENGTH = 120


class IdentityProvider(TenantModel):
    """A directory that this Jobcenter trusts. `trusted_acr` and `trusted_amr`: by which claims it says that it asked
    for a second factor itself; where both are empty, the portal asks for one."""

    key = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id, editable=False)
    name = models.CharField(max_length=60)
    issuer = models.CharField(max_length=ISSUER_LENGTH)
    client_id = models.CharField(max_length=120)
    client_secret_sealed = models.BinaryField(null=True)
    groups_claim = models.CharField(max_length=60, default="groups")
    name_claim = models.CharField(max_length=60, default="name")
    trusted_acr = ArrayField(models.CharField(max_length=80), default=list)
    trusted_amr = ArrayField(models.CharField(max_length=80), default=list)
    is_enabled = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    client_secret = sealed("client_secret_sealed")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        (
            "key",
            "name",
            "issuer",
            "client_id",
            "client_secret_sealed",
            "groups_claim",
            "name_claim",
            "trusted_acr",
            "trusted_amr",
        ),
        Retention.NOT_PERSONAL,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="signin_provider_key"),
            models.UniqueConstraint(fields=["tenant", "issuer", "client_id"], name="signin_provider_once"),
        ]

    def __str__(self) -> str:
        return f"identity provider {self.pk}"


class GroupRole(TenantModel):
    """Who is in this group has this role. Of several groups of one person the first of the list decides.

    `places` (slugs) end what the role reaches; without any it reaches everywhere.
    """

    provider = TenantForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="group_roles")
    position = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=GROUP_LENGTH)
    role = models.CharField(max_length=24, choices=[(role.value, role.value) for role in Role])
    places = ArrayField(models.CharField(max_length=40), default=list, db_default=[])

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("group", "role", "places"), Retention.NOT_PERSONAL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "provider", "group"], name="signin_group_once"),
            models.UniqueConstraint(fields=["tenant", "provider", "position"], name="signin_group_position"),
        ]

    def __str__(self) -> str:
        return f"group {self.pk}"


class Identity(TenantModel):
    """Who a directory's `sub` is here. Known by issuer and subject alone: an e-mail address may change hands."""

    issuer = models.CharField(max_length=ISSUER_LENGTH)
    subject = models.CharField(max_length=255)
    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="+")

    retention: ClassVar[Mapping[str, Retention]] = {
        "issuer": Retention.NOT_PERSONAL,
        "subject": Retention.STAFF,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "issuer", "subject"], name="signin_identity_once")]
        indexes = [models.Index(fields=["tenant", "membership"], name="signin_identity_member")]

    def __str__(self) -> str:
        return f"identity {self.pk}"


class SecondFactor(TenantModel):
    """An authenticator app. `last_step`: the time step of the last code that was taken, so that none is taken twice.

    `codes_sealed`: recovery codes that nobody has said to have written down yet.
    """

    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    secret_sealed = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    codes_sealed = models.BinaryField(null=True)

    secret = sealed("secret_sealed")
    codes = sealed("codes_sealed")

    retention: ClassVar[Mapping[str, Retention]] = {
        "secret_sealed": Retention.STAFF,
        "codes_sealed": Retention.STAFF,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "membership"], name="signin_one_factor")]

    def __str__(self) -> str:
        return f"second factor {self.pk}"


class RecoveryCode(TenantModel):
    """A keyed hash of a code that replaces the authenticator app once; the row goes with its use."""

    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField()

    retention: ClassVar[Mapping[str, Retention]] = {"digest": Retention.STAFF}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "membership", "digest"], name="signin_recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class StaffSession(TenantModel):
    """A session as its owner finds it in their list. When it was used stands in the session itself."""

    key = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id, editable=False)
    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40)
    device = models.CharField(max_length=40)
    begun_at = models.DateTimeField()

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("key", "session_key", "device"), Retention.SESSION)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="signin_session_public"),
            models.UniqueConstraint(fields=["tenant", "session_key"], name="signin_session_once"),
        ]
        indexes = [models.Index(fields=["tenant", "membership"], name="signin_session_member")]

    def __str__(self) -> str:
        return f"staff session {self.pk}"
