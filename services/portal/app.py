"""The portal as one ASGI application: every route, given the ports it calls. Opens nothing and starts nothing."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from provenance.days import CHINA
from provenance.scans.scan import KEY_BYTES
from services.portal import languages
from services.portal.cards.api import CardApi
from services.portal.cards.desk import CardDesk
from services.portal.cards.making import CardMaking
from services.portal.cards.pages import GrowerCards
from services.portal.certificates.issued import IssuedCertificates
from services.portal.certificates.pages import CertificatePages
from services.portal.certificates.ports import Certificates
from services.portal.certificates.subjects import Subjects
from services.portal.commitments.committing import Committing
from services.portal.commitments.pages import CommitmentPages
from services.portal.correcting.api import CorrectionApi
from services.portal.correcting.forms import CorrectionForms
from services.portal.correcting.handlers import Correcting
from services.portal.correcting.marks import CorrectionMarks
from services.portal.correcting.versions import Versions
from services.portal.enrolment.api import EnrolmentApi
from services.portal.enrolment.packers import PackerMandates
from services.portal.enrolment.pages import EnrolmentPages
from services.portal.enrolment.registry_api import RegistryApi
from services.portal.epcis_door import discovery as epcis_discovery
from services.portal.epcis_door.capture import EpcisCapture
from services.portal.epcis_door.events import EpcisEvents
from services.portal.epcis_door.handlers_documents import DocumentCapture
from services.portal.epcis_door.handlers_jobs import JobReading
from services.portal.halls.badge_pictures import BadgePictures
from services.portal.halls.listing_api import ListingApi
from services.portal.halls.on_sale import OnSale
from services.portal.halls.pages import Halls
from services.portal.halls.ports import HallRegistry, Listings
from services.portal.home import Home
from services.portal.http.addresses import Addresses, Network
from services.portal.http.docs import Docs
from services.portal.http.guard import Guard
from services.portal.http.problems import HttpProblem
from services.portal.http.rate_limit import RateLimit
from services.portal.labels.api import LabelsApi
from services.portal.labels.files import LabelFiles
from services.portal.labels.pages import LabelPages
from services.portal.labels.pictures import LabelPictures
from services.portal.log.evidence_pages import EvidencePages
from services.portal.log.ports import Log
from services.portal.log.promising import Promising
from services.portal.log.telling import LogTelling
from services.portal.log.tiles import LogTiles
from services.portal.pages import Pages
from services.portal.payments.api import PaymentsApi
from services.portal.payments.pages import PaymentPages
from services.portal.payments.ports import Cards, Payments
from services.portal.ports import Admission, Capture, Histories, Identity, JobLog, Labels, Records, Tokens
from services.portal.reporting.command_api import CommandApi
from services.portal.reporting.command_forms import CommandForms
from services.portal.reporting.form_pages import FormPages
from services.portal.reporting.handlers_commands import Reporting
from services.portal.reporting.handlers_events import EventCapture
from services.portal.reporting.logger_files import LoggerFiles
from services.portal.reporting.looking_around import Looking
from services.portal.reporting.quality_checks import QualityChecks
from services.portal.resolver.resolving import Resolver
from services.portal.rolls.act_pages import ActPages
from services.portal.rolls.api import RollsApi
from services.portal.rolls.handlers_acts import Acting
from services.portal.rolls.ports import Rolls
from services.portal.rolls.roll_pages import RollPages
from services.portal.rolls.secret_pages import SecretPages
from services.portal.scanning.guessing import MISSES_A_MINUTE, MISSES_AT_ONCE, Guessing
from services.portal.scanning.looking import Looking as LabelLooking
from services.portal.scanning.places import Places
from services.portal.scanning.ports import ScanLog, ScanRegistry
from services.portal.scanning.tags import DayTags
from services.portal.scanning.told_places import ToldPlaces
from services.portal.signing_in.callers import Callers
from services.portal.signing_in.sessions import SessionSigner
from services.portal.signing_in.sign_in import SignIn
from services.portal.signing_in.signed_in import SignedIn, SignInFirst, to_sign_in
from services.portal.telling.codes import Codes
from services.portal.telling.digital_link import DigitalLinks
from services.portal.telling.event_pages import EventPages
from services.portal.telling.trace import Trace
from services.portal.verification import photos
from services.portal.verification.api import BulkVerification
from services.portal.verification.offline import OfflineCheck
from services.portal.verification.photos import Photos
from services.portal.verification.products import ProductAlone
from services.portal.verification.recalls import Recalls


class PortalRegistry(HallRegistry, ScanRegistry, Protocol):
    """The portal's own view of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Everything the portal calls."""

    capture: Capture
    histories: Histories
    jobs: JobLog
    records: Records
    labels: Labels
    rolls: Rolls
    listings: Listings
    log: Log
    identity: Identity
    tokens: Tokens
    admission: Admission
    certificates: Certificates
    payments: Payments
    cards: Cards
    registry: PortalRegistry
    scans: ScanLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    public_url: str
    session_key: bytes
    id_base: str
    requests_per_second: float = 500.0
    sign_ins_per_minute: float = 20.0
    trusted_proxies: tuple[Network, ...] = ()
    place_headers: tuple[str, ...] = ()

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")


def _new_key() -> str:
    return secrets.token_hex(16)


def build(
    upstream: Upstream,
    settings: Settings,
    *,
    now_s: Callable[[], float] = time.time,
    new_key: Callable[[], str] = _new_key,
) -> Starlette:
    signer = SessionSigner(settings.session_key)
    pages = Pages(languages=languages.load(), csrf_token=signer.csrf_token)
    callers = Callers(tokens=upstream.tokens, signer=signer, now_s=now_s)
    rate = settings.requests_per_second
    pace = RateLimit(per_second=rate, burst=max(1, int(rate * 2)), clock_s=time.monotonic)
    addresses = Addresses(settings.trusted_proxies)
    guard = Middleware(
        Guard, pace=pace, tokens=upstream.tokens, addresses=addresses, error_pages=pages, secure=settings.is_secure
    )
    return Starlette(
        routes=_routes(upstream, settings, signer, pages, callers, addresses, now_s, new_key),
        middleware=[guard],
        exception_handlers={HTTPException: _as_problem, SignInFirst: to_sign_in},
    )


def _routes(
    upstream: Upstream,
    settings: Settings,
    signer: SessionSigner,
    pages: Pages,
    callers: Callers,
    addresses: Addresses,
    now_s: Callable[[], float],
    new_key: Callable[[], str],
) -> list[BaseRoute]:
    def now_ms() -> int:
        return int(now_s() * 1000)

    def now() -> datetime:
        return datetime.fromtimestamp(now_s(), UTC).astimezone(CHINA)

    documents = DocumentCapture(
        aside=asyncio.to_thread,
        admission=upstream.admission,
        capture=upstream.capture,
        jobs=upstream.jobs,
        now_ms=now_ms,
        new_key=new_key,
    )
    jobs = JobReading(jobs=upstream.jobs, histories=upstream.histories, now_ms=now_ms)
    events = EventCapture(admission=upstream.admission, capture=upstream.capture, histories=upstream.histories)
    recalls = Recalls(upstream.histories)
    codes = Codes(labels=upstream.labels, histories=upstream.histories)
    root = settings.public_url.rstrip("/")
    on_sale = OnSale(lots=upstream.histories, listings=upstream.listings, clock_s=time.monotonic, root=root)
    resolver = Resolver(
        pages=pages,
        records=upstream.records,
        histories=upstream.histories,
        registry=upstream.registry,
        now=now,
        root=root,
    )
    issued = IssuedCertificates(certificates=upstream.certificates)
    quality = QualityChecks(records=upstream.records, histories=upstream.histories, base=settings.id_base)
    reporting = Reporting(
        capture=upstream.capture,
        codes=codes,
        histories=upstream.histories,
        issued=issued,
        subjects=Subjects(upstream.records),
        quality=quality,
    )
    card_desk = CardDesk(
        cards=upstream.cards,
        records=upstream.records,
        now=now,
        base=settings.id_base,
        public_url=settings.public_url,
    )
    versions = Versions(histories=upstream.histories, admission=upstream.admission)
    correcting = Correcting(
        capture=upstream.capture,
        codes=codes,
        versions=versions,
        admission=upstream.admission,
        base=settings.id_base,
    )
    looking = Looking(records=upstream.records, histories=upstream.histories)
    people = SignedIn(callers=callers, signer=signer)
    acting = Acting(rolls=upstream.rolls, capture=upstream.capture)
    marks = CorrectionMarks(histories=upstream.histories, admission=upstream.admission, looking=looking)
    committing = Committing(codes=codes, histories=upstream.histories, capture=upstream.capture, base=settings.id_base)
    promising = Promising(log=upstream.log, clock_s=time.monotonic)
    forms = FormPages(
        pages=pages,
        records=upstream.records,
        looking=looking,
        quality=quality,
        committing=committing,
        promising=promising,
    )
    guessing = Guessing(
        misses=RateLimit(per_second=MISSES_A_MINUTE / 60, burst=MISSES_AT_ONCE, clock_s=time.monotonic),
        addresses=addresses,
    )
    label_looks = LabelLooking(
        log=upstream.scans,
        registry=upstream.registry,
        tags=DayTags(partial(secrets.token_bytes, KEY_BYTES)),
        places=Places(settings.place_headers, addresses=addresses),
        addresses=addresses,
        now_ms=now_ms,
        signed=signer.csrf_token,
    )
    tries = RateLimit(
        per_second=settings.sign_ins_per_minute / 60, burst=int(settings.sign_ins_per_minute), clock_s=time.monotonic
    )
    return [
        *epcis_discovery.routes(),
        *EpcisCapture(callers=callers, documents=documents, jobs=jobs).routes(),
        *LoggerFiles(
            callers=callers,
            pages=pages,
            documents=documents,
            histories=upstream.histories,
            records=upstream.records,
        ).routes(),
        *EpcisEvents(
            callers=callers,
            events=events,
            histories=upstream.histories,
            event_pages=EventPages(
                callers=callers,
                pages=pages,
                versions=versions,
                looking=looking,
                quality=quality,
                log=LogTelling(log=upstream.log),
            ),
            now_ms=now_ms,
        ).routes(),
        *DigitalLinks(
            callers=callers,
            pages=pages,
            histories=upstream.histories,
            labels=upstream.labels,
            payments=upstream.payments,
            resolver=resolver,
            products=ProductAlone(pages=pages, records=upstream.records, now_ms=now_ms),
            recalls=recalls,
            looking=label_looks,
            guessing=guessing,
            public_url=settings.public_url,
        ).routes(),
        *resolver.routes(),
        *Halls(
            callers=callers,
            pages=pages,
            registry=upstream.registry,
            on_sale=on_sale,
            now=now,
            root=root,
        ).routes(),
        *BadgePictures(registry=upstream.registry, now=now, root=root).routes(),
        *ListingApi(listings=upstream.listings).routes(),
        *PaymentsApi(pages=pages, callers=callers, payments=upstream.payments, base=settings.id_base).routes(),
        *PaymentPages(
            pages=pages,
            people=people,
            codes=codes,
            payments=upstream.payments,
            records=upstream.records,
            now=now,
            base=settings.id_base,
        ).routes(),
        *CardMaking(pages=pages, people=people, desk=card_desk, records=upstream.records).routes(),
        *CardApi(callers=callers, desk=card_desk).routes(),
        *GrowerCards(
            pages=pages,
            cards=upstream.cards,
            tokens=upstream.tokens,
            payments=upstream.payments,
            records=upstream.records,
            signer=signer,
            tries=tries,
            addresses=addresses,
            now=now,
            public_url=settings.public_url,
        ).routes(),
        *CertificatePages(
            callers=callers,
            pages=pages,
            certificates=upstream.certificates,
            records=upstream.records,
            now=now,
            public_url=settings.public_url,
            base=settings.id_base,
        ).routes(),
        *CommitmentPages(pages=pages, callers=callers, people=people, committing=committing, now=now).routes(),
        *CommandApi(
            callers=callers,
            pages=pages,
            reporting=reporting,
            looking=looking,
            promising=promising,
            now=now,
            base=settings.id_base,
        ).routes(),
        *EnrolmentApi(callers=callers, records=upstream.records).routes(),
        *RegistryApi(callers=callers, records=upstream.records).routes(),
        *EnrolmentPages(
            pages=pages,
            people=people,
            records=upstream.records,
            now=now,
            base=settings.id_base,
        ).routes(),
        *PackerMandates(pages=pages, people=people, records=upstream.records, now=now, base=settings.id_base).routes(),
        *LabelPages(
            pages=pages,
            people=people,
            codes=codes,
            labels=upstream.labels,
            records=upstream.records,
            listings=upstream.listings,
            now=now,
            base=settings.id_base,
        ).routes(),
        *LabelFiles(
            callers=callers, labels=upstream.labels, records=upstream.records, public_url=settings.public_url
        ).routes(),
        *LabelPictures(labels=upstream.labels, guessing=guessing).routes(),
        *RollPages(
            pages=pages, people=people, rolls=upstream.rolls, records=upstream.records, now=now, base=settings.id_base
        ).routes(),
        *ActPages(pages=pages, people=people, codes=codes, acting=acting, now=now, base=settings.id_base).routes(),
        *RollsApi(callers=callers, pages=pages, codes=codes, acting=acting, now=now, base=settings.id_base).routes(),
        *ToldPlaces(looking=label_looks).routes(),
        *SecretPages(pages=pages, rolls=upstream.rolls, guessing=guessing).routes(),
        *LabelsApi(
            callers=callers,
            codes=codes,
            labels=upstream.labels,
            recalls=recalls,
            looking=label_looks,
            guessing=guessing,
        ).routes(),
        *OfflineCheck(pages=pages).routes(),
        *Photos(
            callers=callers,
            pages=pages,
            addresses=addresses,
            pace=RateLimit(per_second=photos.A_SECOND, burst=photos.AT_ONCE, clock_s=time.monotonic),
        ).routes(),
        *BulkVerification(callers=callers, labels=upstream.labels, recalls=recalls).routes(),
        *Trace(
            callers=callers, people=people, pages=pages, codes=codes, histories=upstream.histories, marks=marks
        ).routes(),
        *CommandForms(
            pages=forms,
            people=people,
            reporting=reporting,
            signer=signer,
            now=now,
            base=settings.id_base,
            secure=settings.is_secure,
        ).routes(),
        *CorrectionForms(
            pages=forms,
            people=people,
            correcting=correcting,
            looking=looking,
            now=now,
            base=settings.id_base,
        ).routes(),
        *CorrectionApi(
            callers=callers,
            correcting=correcting,
            looking=looking,
            pages=pages,
            promising=promising,
            now=now,
            base=settings.id_base,
        ).routes(),
        *LogTiles(log=upstream.log, labels=upstream.labels).routes(),
        *EvidencePages(callers=callers, histories=upstream.histories, log=upstream.log).routes(),
        *SignIn(
            pages=pages,
            callers=callers,
            identity=upstream.identity,
            tokens=upstream.tokens,
            signer=signer,
            tries=tries,
            addresses=addresses,
            now_s=now_s,
            new_id=lambda: secrets.token_urlsafe(18),
            secure=settings.is_secure,
        ).routes(),
        *Docs(callers=callers, pages=pages, public_url=settings.public_url).routes(),
        *Home(callers=callers, people=people, pages=pages, records=upstream.records).routes(),
        *pages.routes(),
    ]


_KINDS = {404: "NoSuchResourceException", 405: "ImplementationException"}
_SENTENCES = {404: "There is nothing at this address.", 405: "This address is not used with this method."}


def _as_problem(request: Request, error: Exception) -> Response:
    """The framework's own refusals, as ours: `Guard` turns them into a page or a problem."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    kind, sentence = _KINDS.get(status, "ImplementationException"), _SENTENCES.get(status, "")
    # A 405 says which methods there are (RFC 9110, 15.5.6).
    headers = error.headers if isinstance(error, HTTPException) else None
    raise HttpProblem(status, kind, sentence, headers=headers) from error
