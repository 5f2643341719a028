"""Components come after everything they lead to, however deep or knotted the graph."""

from hypothesis import given
from hypothesis import strategies as st

from provenance.cycles import components

graphs = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefgh"), max_size=4), max_size=8)


def reachable(graph: dict[str, list[str]], start: str) -> set[str]:
    found, left = set[str](), [start]
    while left:
        for node in graph.get(left.pop(), ()):
            if node not in found:
                found.add(node)
                left.append(node)
    return found


@given(graphs)
def test_members_reach_each_other_and_come_after_what_they_lead_to(graph: dict[str, list[str]]) -> None:
    listed = components(sorted(graph), lambda node: graph.get(node, ()))
    place = {node: n for n, members in enumerate(listed) for node in members}
    for node in place:
        for other in reachable(graph, node) - {node}:
            mutual = node in reachable(graph, other)
            assert (place[other] == place[node]) if mutual else (place[other] < place[node])


def test_a_path_of_a_hundred_thousand_is_no_problem() -> None:
    length = 100_000
    listed = components(["0"], lambda node: [str(int(node) + 1)] if int(node) < length else [])
    assert (len(listed), listed[0], listed[-1]) == (length + 1, (str(length),), ("0",))
