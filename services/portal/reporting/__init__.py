"""What people report: tables of forms and fields, what each becomes, and what is asked before it is recorded.

the forms, as tables           commands, quality_commands, selling_commands; command_fields, quality_fields
what somebody typed, read      typed, typed_codes, fields, filled
the event it becomes           command_events, quality_events, selling_events
asked before it is recorded    doubts, of deliveries, of lots; breaches, units_left_out, quality_checks
what is known around it        surroundings, which looking_around asks for, and goods_before
sent, and told again           submission, understood
the doors                      form_pages and command_forms for people, command_api for programs; logger_files,
                               photos
"""
