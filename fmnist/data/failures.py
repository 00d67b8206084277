"""Why a download failed, in words: for each cause that requests, urllib3 and OpenSSL can report."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

from fmnist.data.idx import DataError
from fmnist.language import N_, Words, say

NO_ANSWER = N_("no answer (is this computer online, or does a firewall block it?)")
NOT_A_WEB_SERVER = N_("what came was not the answer of a web server")
BROKE_OFF = N_("the connection broke off")
NO_NAME = N_("its name could not be looked up (is this computer online?)")
SILENT = N_("it took the request and then was silent")
PROXY_ASKS = N_("the proxy in between wants a name and a password (set in HTTPS_PROXY or HTTP_PROXY)")
LEADS_ROUND = N_("it leads from one address to the next without end")
NO_ADDRESS = N_("not an address to download from")

# What the operating system says of a connection, by its number.
_OF_THE_SYSTEM = {
    errno.ECONNREFUSED: N_("it refused the connection (is it switched off, or does a firewall forbid it?)"),
    errno.ENETUNREACH: N_("there is no way to it from here (is this computer online?)"),
    errno.EHOSTUNREACH: N_("there is no way to it from here (is this computer online?)"),
    errno.EACCES: N_("this computer forbids the connection (a firewall on it?)"),
    errno.EPERM: N_("this computer forbids the connection (a firewall on it?)"),
    errno.EMFILE: N_("too many files are open"),
    errno.ECONNRESET: BROKE_OFF,
    errno.ECONNABORTED: BROKE_OFF,
    errno.EPIPE: BROKE_OFF,
    errno.ETIMEDOUT: NO_ANSWER,
}

# Why OpenSSL does not accept a certificate: X509_V_ERR_… of openssl/x509_vfy.h.
_TOO_EARLY, _TOO_LATE, _ANOTHER_HOST, _ANOTHER_ADDRESS = 9, 10, 62, 64
_CERTIFICATES = {
    _TOO_EARLY: N_("its certificate is not valid yet (is the clock of this computer slow?)"),
    _TOO_LATE: N_("its certificate has expired (or is the clock of this computer fast?)"),
    _ANOTHER_HOST: N_("its certificate is another host's (a log-in page or a firewall?)"),
    _ANOTHER_ADDRESS: N_("its certificate is another host's (a log-in page or a firewall?)"),
}


def reason(error: Exception) -> Words:
    """Why a download failed, as the part of a sentence after the name of the host.

    Parameters
    ----------
    error : Exception
        What the downloader raised. What really happened is often deep inside: requests wraps urllib3's
        errors, which wrap those of the operating system and of OpenSSL.
    """
    if isinstance(error, DataError):
        return error.sentence
    causes = list(_causes(error))
    for kind, words in _reasons():
        for cause in causes:
            if isinstance(cause, kind) and (said := words(cause)):
                return said
    return say(N_("an answer that could not be read ({kind})"), kind=type(error).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that it was made from, the outermost first."""
    waiting, seen = [error], set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (*cause.args, getattr(cause, "reason", None), getattr(cause, "original_error", None))
        waiting += [
            each for each in (*inner, cause.__cause__, cause.__context__) if isinstance(each, Exception)
        ]


def _kinds(*names: str) -> tuple[type, ...]:
    """Classes of requests and urllib3 by their names: those libraries come with the first download only."""
    import requests.exceptions
    import urllib3.exceptions

    homes = {"requests": requests.exceptions, "urllib3": urllib3.exceptions}
    return tuple(getattr(homes[home], name) for home, name in (each.split(".") for each in names))


def _always(message: str) -> Callable[[BaseException], Words]:
    return lambda cause: say(message)


def _of_a_status(cause: Any) -> Words:
    answer = cause.response
    if answer.status_code == http.HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return say(PROXY_ASKS)
    return say(N_("the answer was {status} {reason}"), status=answer.status_code, reason=answer.reason)


def _of_a_certificate(cause: Any) -> Words:
    nobody = N_("nobody whom this computer trusts has signed its certificate (a firewall that reads along?)")
    return say(_CERTIFICATES.get(cause.verify_code, nobody))


def _of_an_unsafe_connection(cause: Any) -> Words:
    if cause.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE"):
        return say(N_("it does not encrypt what it sends (a log-in page, or http instead of https?)"))
    if cause.reason == "NO_CERTIFICATE_OR_CRL_FOUND":
        return _of_a_certificate_file()
    why = (cause.reason or type(cause).__name__).replace("_", " ").lower()
    return say(N_("no safe connection could be agreed upon ({why})"), why=why)


def _of_a_proxy(cause: Any) -> Words:
    if "407" in str(cause):
        return say(PROXY_ASKS)
    if "Tunnel connection failed" in str(cause):
        why = str(cause.original_error).partition("failed: ")[2]
        return say(N_("the proxy in between refused: {why}"), why=why)
    return say(N_("the proxy in between does not answer (set in HTTPS_PROXY or HTTP_PROXY)"))


def _of_the_system(cause: Any) -> Words:
    message = _OF_THE_SYSTEM.get(cause.errno)
    return say(message) if message else ""


def _of_certificates_on_this_computer(cause: Any) -> Words:
    """What requests says as a plain OSError, before it connects."""
    is_missing = cause.errno is None and "TLS CA certificate bundle" in str(cause)
    return _of_a_certificate_file() if is_missing else ""


def _of_a_certificate_file() -> Words:
    named = [name for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if os.environ.get(name)]
    variable = named[0] if named else "REQUESTS_CA_BUNDLE"
    return say(N_("the file of certificates that {variable} names cannot be read"), variable=variable)


def _reasons() -> Iterator[tuple[tuple[type, ...], Callable[[Any], Words]]]:
    """Kinds of errors and what is said of them; the first that fits and has something to say is taken."""
    addresses = ("InvalidURL", "InvalidSchema", "MissingSchema", "InvalidProxyURL")
    yield _kinds("requests.HTTPError"), _of_a_status
    yield (
        _kinds("requests.TooManyRedirects"),
        _always(LEADS_ROUND),
    )
    yield _kinds("requests.ContentDecodingError"), _always(N_("what came could not be unpacked"))
    yield _kinds("urllib3.ProxyError"), _of_a_proxy
    yield (ssl.SSLCertVerificationError,), _of_a_certificate
    yield (ssl.SSLEOFError, ssl.SSLZeroReturnError), _always(BROKE_OFF)
    yield (ssl.SSLError,), _of_an_unsafe_connection
    yield (socket.gaierror, *_kinds("urllib3.NameResolutionError")), _always(NO_NAME)
    yield (OSError,), _of_the_system
    yield _kinds("urllib3.ConnectTimeoutError", "requests.ConnectTimeout"), _always(NO_ANSWER)
    yield _kinds("urllib3.ReadTimeoutError", "requests.ReadTimeout"), _always(SILENT)
    yield (http.client.RemoteDisconnected,), _always(N_("it hung up without an answer"))
    yield (
        (http.client.IncompleteRead, *_kinds("urllib3.IncompleteRead", "urllib3.InvalidChunkLength")),
        _always(BROKE_OFF),
    )
    yield (
        (http.client.HTTPException, *_kinds("urllib3.InvalidHeader", "requests.InvalidHeader")),
        _always(NOT_A_WEB_SERVER),
    )
    yield (OSError,), _of_certificates_on_this_computer
    yield _kinds(*(f"requests.{name}" for name in addresses)), _always(NO_ADDRESS)
    yield _kinds("urllib3.ProtocolError", "requests.ChunkedEncodingError"), _always(BROKE_OFF)
    yield _kinds("requests.ConnectionError", "requests.Timeout"), _always(NO_ANSWER)
    yield (ValueError,), _always(NO_ADDRESS)
