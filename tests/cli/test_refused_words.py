"""A refusal of the registry in the words of the command."""

from cli.registry_enrolment import _why
from epcis.problems import Problem


def test_what_is_asked_for_is_named_as_the_option_and_a_whole_proposal_has_no_place() -> None:
    flagged = Problem("/confirmed", "flagged", "it is plot 2b01: say in `confirmed` why it is approved all the same")
    assert _why(flagged) == "it is plot 2b01: say why with --confirm WHY it is approved all the same"
    assert _why(Problem("", "own-proposal", "you proposed it")) == "you proposed it"
    assert _why(Problem("/area_mu", "too-much", "so large is no plot")) == "/area_mu: so large is no plot"
