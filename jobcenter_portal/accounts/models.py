# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""People: staff who sign in, and customers as one Jobcenter knows them."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed


class User(AbstractBaseUser):
    """Somebody who can sign in. What they may do is a Membership of a Jobcenter, looked up in every request."""

    username = models.CharField(max_length=80, unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"

    objects = BaseUserManager()

    retention: ClassVar[Mapping[str, Retention]] = {"username": Retention.STAFF, "password": Retention.STAFF}

    def __str__(self) -> str:
        return f"user {self.pk}"


class Membership(TenantModel):
    """A user's role in one Jobcenter. Without `every_location` it reaches as far as the locations named for it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="+")
    role = models.CharField(max_length=24, choices=[(role.value, role.value) for role in Role])
    display_name = models.CharField(max_length=80)
    every_location = models.BooleanField(default=True, db_default=True)

    retention: ClassVar[Mapping[str, Retention]] = {
        "role": Retention.STAFF,
        "display_name": Retention.STAFF,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="accounts_one_role_per_user")]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class Customer(TenantModel):
    """A person as one Jobcenter knows them: never shared or merged across Jobcenters. The name is sealed."""

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id, editable=False)
    name_sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=12, default="de")
    created_at = models.DateTimeField()

    name = sealed("name_sealed")

    retention: ClassVar[Mapping[str, Retention]] = {
        "public_id": Retention.CUSTOMER,
        "name_sealed": Retention.CUSTOMER,
        "language": Retention.CUSTOMER,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "public_id"], name="accounts_customer_public_id")]

    def __str__(self) -> str:
        return f"customer {self.pk}"


class ContactChannel(models.TextChoices):
    """What an address is for. On PHONE the office calls; no message ever goes there.

    PUSH: the address is what the browser gave for knocking on this device. LETTER: the lines of a postal address.
    """

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    PUSH = "push"
    LETTER = "letter"


class ContactPoint(TenantModel):
    """An address that a person gave, always of their own free will (LDI NRW: none may be demanded).

    The address is sealed; equal addresses are found by a keyed hash that differs from Jobcenter to Jobcenter.
    `proven_at`: when the person showed with a code that messages to it reach them.
    """

    customer = TenantForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points")
    channel = models.CharField(max_length=8, choices=ContactChannel.choices)
    address_sealed = models.BinaryField()
    address_index = models.BinaryField()
    reminders_wanted = models.BooleanField(default=True)
    given_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)

    address = sealed("address_sealed")

    retention: ClassVar[Mapping[str, Retention]] = {
        "channel": Retention.CUSTOMER,
        "address_sealed": Retention.CUSTOMER,
        "address_index": Retention.CUSTOMER,
    }

    class Meta:
        indexes = [models.Index(fields=["tenant", "address_index"], name="accounts_contact_by_address")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "customer", "channel"], name="accounts_one_address_per_channel")
        ]

    def __str__(self) -> str:
        return f"contact point {self.pk}"
