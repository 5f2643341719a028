"""How Suyuan is run: on one machine (`local`), the demo season (`demo`), compose, kubernetes, prometheus, grafana."""
