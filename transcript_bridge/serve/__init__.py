"""To run for weeks: metrics and health of a process.

metrics     what a process counts, for Prometheus
health      whether its parts work
monitoring  both on one port
patience    a question that is answered in time, or not at all
"""
