# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Encryption on the way to the mail server: used where it is set, never given up for convenience (fault 24)."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications.channels.base import Accepted, AccountProblem
from notifications.channels.email.smtp import SmtpAccount, SmtpSession
from tests.notifications.channels.conftest import NOW, StartCatcher, mail


def test_starttls_that_was_stripped_never_falls_back_to_plain_text(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp")
    assert SmtpSession(catcher.smtp_account(starttls=True)).send(mail(), now=NOW) == AccountProblem("starttls-missing")
    assert catcher.messages() == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for 'localhost' and nothing else, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(folder / "cert.pem"), str(folder / "key.pem")


def test_starttls_with_a_certificate_we_trust_is_used(
    start_catcher: StartCatcher, certificate: tuple[str, str]
) -> None:
    catcher = start_catcher("smtp", CATCHER_TLS_CERTIFICATE=certificate[0], CATCHER_TLS_KEY=certificate[1])
    account = catcher.smtp_account(host="localhost", starttls=True, ca_file=certificate[0])
    with SmtpSession(account) as session:
        assert isinstance(session.send(mail(), now=NOW), Accepted)


@pytest.mark.parametrize("changes", [{"host": "localhost"}, {"host": "127.0.0.1", "ca_file": "own"}])
def test_a_certificate_we_do_not_trust_or_of_another_name_is_refused(
    start_catcher: StartCatcher, certificate: tuple[str, str], changes: dict[str, Any]
) -> None:
    catcher = start_catcher("smtp", CATCHER_TLS_CERTIFICATE=certificate[0], CATCHER_TLS_KEY=certificate[1])
    if changes.get("ca_file"):
        changes = changes | {"ca_file": certificate[0]}
    assert SmtpSession(catcher.smtp_account(starttls=True, **changes)).send(mail(), now=NOW) == AccountProblem(
        "tls-certificate"
    )


@contextmanager
def speaking(certificate: tuple[str, str], before_tls: bytes, after_tls: bytes) -> Iterator[int]:
    """A server that says what it has to say, asked or not, with TLS in the middle."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _peer = listener.accept()
        with suppress(OSError), connection:
            connection.settimeout(5)
            if before_tls:
                connection.sendall(b"220 hi\r\n")
                connection.recv(1000)
                connection.sendall(b"250-hi\r\n250 STARTTLS\r\n")
                connection.recv(1000)
                connection.sendall(before_tls)
            with context.wrap_socket(connection, server_side=True) as secure:
                for line in after_tls.splitlines(keepends=True):
                    secure.sendall(line)
                    secure.recv(100_000)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join(timeout=10)
        listener.close()


def test_tls_from_the_first_byte(certificate: tuple[str, str]) -> None:
    said = b"220 hi\r\n250 hi\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n"
    with speaking(certificate, b"", said) as port:
        account = SmtpAccount.from_url(f"smtps://localhost:{port}?timeout=3&ca_file={certificate[0]}")
        assert account.tls
        with SmtpSession(account) as session:
            assert isinstance(session.send(mail(), now=NOW), Accepted)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_tls_from_the_first_byte_needs_a_certificate_of_that_name_that_we_trust(
    certificate: tuple[str, str], name: str
) -> None:
    with speaking(certificate, b"", b"220 hi\r\n") as port:
        ca_file = certificate[0] if name == "127.0.0.1" else None
        account = SmtpAccount(name, port, starttls=False, tls=True, timeout=3.0, ca_file=ca_file)
        assert SmtpSession(account).send(mail(), now=NOW) == AccountProblem("tls-certificate")


def test_what_was_slipped_in_before_the_encryption_is_never_taken_for_encrypted(certificate: tuple[str, str]) -> None:
    with speaking(certificate, b"220 go\r\n250 ok, believe me\r\n", b"") as port:
        account = SmtpAccount("localhost", port, timeout=3.0, ca_file=certificate[0])
        assert SmtpSession(account).send(mail(), now=NOW) == AccountProblem("starttls-injected")


def test_a_certification_authority_that_cannot_be_read_is_a_matter_for_staff(certificate: tuple[str, str]) -> None:
    with speaking(certificate, b"220 go\r\n", b"") as port:
        account = SmtpAccount("localhost", port, timeout=3.0, ca_file="/nirgendwo.pem")
        assert SmtpSession(account).send(mail(), now=NOW) == AccountProblem("tls-ca-file")
