"""Rolls of labels in the hands of those who order, bind, return, void and recall them; and the scratch-off secret."""
