"""How gunicorn serves the portal, embedded and in production; the numbers can be set from outside."""

import gc
import os

bind = os.environ.get("BIND", "127.0.0.1:8000").split(",")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 5
keepalive = 5
# Each worker starts anew now and then, not all at the same moment.
max_requests = 5_000
max_requests_jitter = 500
loglevel = os.environ.get("WEB_LOGLEVEL", "warning")
# It would open a socket in the home folder that nobody here uses.
control_socket_disable = True
# nginx stands before it in production and overwrites the headers; embedded, nothing does.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")


def post_worker_init(worker):
    """What the application consists of lasts as long as the worker: looking through it again frees nothing."""
    gc.collect()
    gc.freeze()
    # A page of fifty rows makes some thousand objects, and leaves none.
    gc.set_threshold(10_000, 20, 20)
