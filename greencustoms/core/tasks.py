"""The doorbells: each takes plain values, calls one function, and may ring twice."""

from celery import shared_task
from django.utils import timezone

from . import jobs, mail
from .tick import tick as look_after_everything


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="core.send_mail")
def send_mail() -> None:
    mail.send_due(timezone.now())


@shared_task(name="core.tick")
def tick() -> None:
    look_after_everything(timezone.now())
