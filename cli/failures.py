"""How a command ends when it cannot do what was asked: one line that says what to do, and an exit code."""

NO = 1
"""The answer is no: invalid, refused, something missing."""

UNREADABLE = 2
"""The question could not be put: a file that cannot be read, a server that does not answer, a wrong option."""


class Failure(Exception):
    """`str` is the one line for the person at the keyboard."""

    def __init__(self, sentence: str, exit_code: int = UNREADABLE) -> None:
        super().__init__(" ".join(sentence.split()))
        self.exit_code = exit_code


class NotKnown(Failure):
    """Nothing of that name is recorded."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, NO)


class NoService(Failure):
    """A service does not answer, or not to this caller: the next call would end the same way."""
