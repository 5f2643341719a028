"""What people report: tables of forms and fields, what each becomes, and what is asked before it is recorded."""
