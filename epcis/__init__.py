"""The GS1 standards as pure functions: identifiers, Digital Link, EPCIS 2.0 events, their validation and hash ids."""
