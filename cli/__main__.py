"""Runs the `suyuan` command and turns every failure into one line on the error stream and an exit code."""

import os
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_ROOT), str(_ROOT / "build" / "generated")]

from typer.main import get_command  # noqa: E402 - the generated messages must be found first

from cli.app import app  # noqa: E402
from cli.failures import UNREADABLE, Failure  # noqa: E402
from cli.help import in_chinese  # noqa: E402
from cli.language import VARIABLE, again, chosen, say, spoken  # noqa: E402
from cli.said_elsewhere import USAGE  # noqa: E402

_INTERRUPTED = 130


def main() -> None:
    """Exit codes: 0 done, 1 the answer is no, 2 the question could not be put, 130 interrupted."""
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    try:
        arguments, language = chosen(arguments)
        os.environ |= {VARIABLE: language} if language else {}
        command = get_command(app)
        if spoken() == "zh":
            in_chinese(command)
        code = command.main(arguments, prog_name="suyuan", standalone_mode=False)
    except Failure as failure:
        return _end(str(failure), failure.exit_code)
    except BrokenPipeError:
        # The reader has seen enough, as in `suyuan … | head`; the interpreter's last flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return _usage(error)
    if code == _INTERRUPTED:
        return _end(say("interrupted; what was done stays done, and the same command goes on"), _INTERRUPTED)
    return code if isinstance(code, int) else 0


def _usage(error: Exception) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "suyuan"
    message = getattr(error, "format_message")()  # noqa: B009 - click's own, wherever typer keeps it
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message)
        return UNREADABLE
    reason = again(f"{message[:1].lower()}{message[1:].rstrip('.')}", USAGE)
    return _end(say("{reason}: see {command} --help", reason=reason, command=command), UNREADABLE)


def _end(sentence: str, code: int) -> int:
    print(f"suyuan: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
