"""Protobuf code and its type stubs, from `proto/` into `build/generated`, when a .proto file has changed.

Files are replaced one by one and at once, so that whoever imports them meanwhile sees the old ones or the new ones.
"""

import hashlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROTO = ROOT / "proto"
GENERATED = ROOT / "build" / "generated"


def main() -> None:
    """Exit 0 when the generated code is that of `proto/`, else 1 with the compiler's words."""
    sources = sorted(PROTO.rglob("*.proto"))
    mark, wanted = GENERATED / "proto.sha256", _digest(sources)
    if mark.exists() and mark.read_text() == wanted:
        return
    print(f"generating code for {len(sources)} .proto files ...", flush=True)
    GENERATED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=GENERATED.parent) as fresh:
        _compile(sources, Path(fresh))
        _replace(Path(fresh))
    mark.write_text(wanted)


def _digest(sources: list[Path]) -> str:
    hashed = hashlib.sha256()
    for source in sources:
        hashed.update(str(source.relative_to(PROTO)).encode() + b"\0" + source.read_bytes())
    return hashed.hexdigest()


def _compile(sources: list[Path], target: Path) -> None:
    from grpc_tools import protoc

    out = [f"--{kind}_out={target}" for kind in ("python", "grpc_python")]
    out += [f"--{kind}_out=quiet:{target}" for kind in ("mypy", "mypy_grpc")]
    plugins = [f"--plugin={p}={Path(sys.executable).with_name(p)}" for p in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")]
    arguments = ["protoc", f"-I{PROTO}", f"-I{_well_known()}", *plugins, *out, *map(str, sources)]
    if status := protoc.main(arguments):
        sys.exit(status)


def _well_known() -> Path:
    """google/protobuf/*.proto, which grpc_tools brings."""
    import grpc_tools

    return Path(grpc_tools.__path__[0]) / "_proto"


def _replace(fresh: Path) -> None:
    made = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
    for path in made:
        (GENERATED / path).parent.mkdir(parents=True, exist_ok=True)
        (fresh / path).replace(GENERATED / path)
    for stale in {path.relative_to(GENERATED) for path in GENERATED.rglob("*_pb2*.py*")} - made:
        if "__pycache__" not in stale.parts:
            (GENERATED / stale).unlink()


if __name__ == "__main__":
    main()
