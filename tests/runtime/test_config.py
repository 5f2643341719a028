"""Settings are right or stop the start in one sentence."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.config import ConfigError, Secret, read


@dataclass(frozen=True)
class Settings:
    kafka: str
    grpc_port: int
    state_folder: Path
    session_key: Secret
    strict: bool = False
    patience_s: float = 2.0

    def __post_init__(self) -> None:
        if self.patience_s <= 0:
            raise ValueError("SUYUAN_PATIENCE_S must be above 0")


GIVEN = {
    "SUYUAN_KAFKA": "127.0.0.1:9092",
    "SUYUAN_GRPC_PORT": "8610",
    "SUYUAN_STATE_FOLDER": "var/state",
    "SUYUAN_SESSION_KEY": "correct horse",
    "PATH": "/usr/bin",
}


def test_each_field_is_read_by_its_type_and_other_keys_are_left_alone() -> None:
    settings = read(Settings, GIVEN | {"SUYUAN_STRICT": "yes", "SUYUAN_PATIENCE_S": "0.5"})
    assert settings == Settings("127.0.0.1:9092", 8610, Path("var/state"), Secret("correct horse"), True, 0.5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SUYUAN_KAFKA": None}, "SUYUAN_KAFKA is missing"),
        ({"SUYUAN_KAFKA": None, "SUYUAN_GRPC_PORT": None}, "SUYUAN_GRPC_PORT is missing, and SUYUAN_KAFKA"),
        ({"SUYUAN_KAFAK": "x"}, "SUYUAN_KAFAK is not a setting of this service; it knows SUYUAN_GRPC_PORT, "),
        ({"SUYUAN_GRPC_PORT": "86x"}, "SUYUAN_GRPC_PORT is '86x' and must be a whole number"),
        ({"SUYUAN_GRPC_PORT": "-1"}, "SUYUAN_GRPC_PORT is '-1' and must be a whole number"),
        ({"SUYUAN_STRICT": "perhaps"}, "SUYUAN_STRICT is 'perhaps' and must be yes or no"),
        ({"SUYUAN_PATIENCE_S": "soon"}, "SUYUAN_PATIENCE_S is 'soon' and must be a number"),
        ({"SUYUAN_PATIENCE_S": "0"}, "SUYUAN_PATIENCE_S must be above 0"),
    ],
)
def test_a_wrong_setting_names_itself(change: dict[str, str | None], sentence: str) -> None:
    changed = GIVEN | change
    with pytest.raises(ConfigError) as raised:
        read(Settings, {key: text for key, text in changed.items() if text is not None})
    assert str(raised.value).startswith(sentence)


def test_a_secret_hides_in_every_repr() -> None:
    assert "horse" not in repr(read(Settings, GIVEN))
