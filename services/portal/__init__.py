"""Everything of the product that is seen over HTTP: pages, forms, JSON, the EPCIS 2.0 door, Digital Link paths."""
