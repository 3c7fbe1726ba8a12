# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the staff of the walk's Jobcenter come in: a directory whose name everybody reads, and the rest nobody."""

from datetime import datetime

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.signin.models import GroupRole, Identity, IdentityProvider
from jobcenter_portal.tenancy.models import Jobcenter


def put_in_a_door(jobcenter: Jobcenter, admin: Membership, public: str, secret: str, now: datetime) -> None:
    provider = IdentityProvider(
        tenant=jobcenter,
        name=f"Haus {public}",
        issuer=f"https://{secret}.example",
        client_id=f"client-{secret}",
        groups_claim=f"g-{secret}",
        name_claim=f"n-{secret}",
        trusted_acr=[f"acr-{secret}"],
        trusted_amr=[f"amr-{secret}"],
        is_enabled=True,
        changed_at=now,
    )
    provider.client_secret = secret
    provider.save()
    GroupRole.objects.create(
        tenant=jobcenter,
        provider=provider,
        position=0,
        group=f"group-{secret}",
        role=Role.CASEWORKER,
        places=[f"place-{secret}"],
    )
    Identity.objects.create(tenant=jobcenter, issuer=provider.issuer, subject=f"sub-{secret}", membership=admin)
