"""What platforms are told of their listings: asked for, or sent to them when it changes. A role of labels."""
