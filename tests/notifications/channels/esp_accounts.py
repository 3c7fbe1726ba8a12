# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Accounts with the mail services, as an office would type them, at gateways that answer as the services do."""

import base64

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.notifications.gateways.esp import KEY, PROJECT, SECRET
from tests.notifications.gateways.processes import Gateway

ESPS = ("brevo", "mailjet", "postal", "scaleway")
REFERENCE = "0199aa11000070008000000000000001"
WEBHOOK_KEY = "nobody-guesses-this"
SIGNING = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_KEY = base64.b64encode(
    SIGNING.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
PRIVATE_KEY = SIGNING.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def config(esp: str, gateway: Gateway, **changes: str) -> dict[str, str]:
    values = {
        "brevo": {"api_key": KEY, "url": f"{gateway.url}/v3/", "webhook_key": WEBHOOK_KEY},
        "mailjet": {
            "api_key": KEY,
            "secret_key": SECRET,
            "url": f"{gateway.url}/v3.1/",
            "webhook_key": WEBHOOK_KEY,
        },
        "postal": {"api_key": KEY, "url": gateway.url, "public_key": PUBLIC_KEY},
        "scaleway": {"secret_key": SECRET, "project_id": PROJECT, "url": gateway.url + "/regions/{region}/"},
    }[esp]
    return values | changes
