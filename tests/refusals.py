"""Bad input: a ValueError that says what was given, what was expected and what to do."""

import pytest


def refused(call):
    """The message with which a call refuses its input, looked at for its three parts."""
    with pytest.raises(ValueError) as error:
        call()
    message = str(error.value)
    assert "expected" in message, message
    # What to do is the last sentence.
    assert message.rstrip().endswith((".", ")")) and message.count(".") >= 2, message
    return message


def explained(cases):
    """A test of each call in a dictionary: it is refused, and the message explains it."""

    @pytest.mark.parametrize("name", cases)
    def test_bad_input_is_explained(name):
        refused(cases[name])

    return test_bad_input_is_explained
