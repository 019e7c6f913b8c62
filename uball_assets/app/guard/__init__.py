"""What stands between the network and a route: keys, origins, limits, headers, audit.

Belongs here: what holds for every route. Not here: a route.
"""
