"""Histories and claims as a buyer or a person who takes part reads them: pages, JSON, pictures.

    a label's link, the buyer page   digital_link, which shows a story: notices, checking, moments, unknowns, holdings,
                                     route_map, cold_curve
    /trace, /api/trace and others    trace, with the same; history_json
    one report                       event_pages, event_telling
    a code that is typed             codes

`histories` and `balances` are what is asked of `traceability`, `rpc` how. `moments` is the timeline, `moment_notes`
what stands beneath its lines; `step_words`, `days`, `naming` and `readings` are words for steps, days, places and
temperatures.
"""
