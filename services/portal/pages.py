"""Pages in two languages: one Jinja environment, the static files with their hashes, and what every page is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from services.portal import languages as languages_
from services.portal.http.policy import WITH_SCRIPTS
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import read_form
from services.portal.languages import Language, Languages
from services.portal.sentences import N_, Sentence
from services.portal.signing_in.caller import Caller

HERE = Path(__file__).parent
STATIC_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
POINT = "\u00a0· "
"""Between what a page tells in one line: it breaks after the point."""
FOREVER = "public, max-age=31536000, immutable"

STATUS_SENTENCES: Mapping[int, str] = {
    400: N_("This request cannot be understood."),
    401: N_("Please sign in first."),
    403: N_("You may not do this."),
    404: N_("Nothing is known of this."),
    405: N_("This page cannot be used in this way."),
    413: N_("This is too much at once."),
    414: N_("The address is too long."),
    429: N_("Too many requests at once. Wait a moment and try again."),
    503: N_("A part of the system does not answer at the moment. Try again in a moment."),
}
OTHERWISE = N_("Something went wrong here. It has been noted.")


class ErrorPages(Protocol):
    def page(self, request: Request, problem: HttpProblem) -> Response: ...
    def detail(self, request: Request, problem: HttpProblem) -> str: ...


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    media_type: str
    hash: str


class Pages:
    """Renders templates; knows nothing of what is in them."""

    def __init__(self, *, languages: Languages, csrf_token: Callable[[str], str]) -> None:
        self._languages = languages
        self._csrf_token = csrf_token
        self._assets = _assets(HERE / "static")
        self._jinja = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._jinja.globals["asset"] = self.asset_path
        self._jinja.globals["point"] = POINT

    def language(self, request: Request) -> Language:
        chosen = request.query_params.get("lang") or request.cookies.get(languages_.COOKIE, "")
        return self._languages.wanted(chosen, request.headers.get("accept-language", ""))

    def render(
        self,
        request: Request,
        template: str,
        caller: Caller | None = None,
        *,
        status: int = 200,
        scripts: Sequence[str] = (),
        policy: Mapping[str, str] = WITH_SCRIPTS,
        **values: Any,
    ) -> HTMLResponse:
        """`scripts` are names of static files; without them the page may run none, and with them what `policy` says."""
        language = self.language(request)
        session = caller.session if caller else None
        text = self._jinja.get_template(template).render(
            language=language,
            other_language="en" if language.code == "zh" else "zh",
            here=request.url.path,
            query=request.url.query,
            _=lambda msgid, **given: language.text(msgid).format(**given) if given else language.text(msgid),
            say=language.say,
            pick=language.pick,
            caller=caller if session else None,
            csrf_token=self._csrf_token(session.id) if session else "",
            scripts=scripts,
            **values,
        )
        headers = {
            "Cache-Control": "no-store",
            "Vary": "Accept-Language, Accept, Cookie",
            "Content-Language": language.tag,
            **(policy if scripts else {}),
        }
        return HTMLResponse(text, status, headers)

    def page(self, request: Request, problem: HttpProblem) -> Response:
        """An error as a page: a sentence of ours for the status, and the particular one where it helps."""
        sentence = problem.sentence or Sentence(STATUS_SENTENCES.get(problem.status, OTHERWISE))
        detail = problem.detail if problem.status in (400, 409, 500) else ""
        response = self.render(
            request,
            "error.html",
            status=problem.status,
            sentence=sentence,
            detail=detail,
            problem_status=problem.status,
        )
        response.headers.update({k: v for k, v in problem.headers.items() if k in ("Retry-After", "WWW-Authenticate")})
        return response

    def detail(self, request: Request, problem: HttpProblem) -> str:
        """For a program whose people read Chinese our sentence; in English the service's own, which names whom."""
        language = self.language(request)
        return language.say(problem.sentence) if problem.sentence and language.code == "zh" else problem.detail

    def asset_path(self, name: str) -> str:
        return f"/static/{self._assets[name].hash}/{name}"

    def asset(self, name: str) -> Asset:
        return self._assets[name]

    def routes(self) -> list[Route]:
        return [Route("/static/{hash}/{name}", self._static), Route("/language", self._choose, methods=["POST"])]

    async def _static(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None or asset.hash != request.path_params["hash"]:
            raise HttpProblem(404, "NoSuchResourceException", "There is no such file.")
        return Response(asset.body, headers={"Cache-Control": FOREVER}, media_type=asset.media_type)

    async def _choose(self, request: Request) -> Response:
        form = dict(await read_form(request))
        language = self._languages.by_code(form.get("lang", "")) or self._languages.zh
        response = Response(status_code=303, headers={"Location": local_path(form.get("to", "/"))})
        response.set_cookie(languages_.COOKIE, language.code, max_age=31_536_000, samesite="lax", httponly=True)
        return response


def local_path(path: str) -> str:
    """`path` where it stays on this site, else the home page: no address of ours leads elsewhere."""
    good = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if good and "\\" not in path else "/"


def _assets(folder: Path) -> Mapping[str, Asset]:
    """By their names. Scripts import one another by name, so one hash stands for all of them."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    scripts = sha256(b"".join(body for name, body in files.items() if name.endswith(".js"))).hexdigest()[:12]
    return {
        name: Asset(
            body,
            STATIC_TYPES[Path(name).suffix],
            scripts if name.endswith(".js") else sha256(body).hexdigest()[:12],
        )
        for name, body in files.items()
    }
