"""The services: islands that meet on topics and in calls. Each is flat files whose names are the layers."""
