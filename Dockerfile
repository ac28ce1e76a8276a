# The portal for production: one image for web and workers, one for nginx with the static files in it.
FROM python:3.12-slim-bookworm AS portal

RUN apt-get update -qq \
    && apt-get install -qq -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-dejavu-core fontconfig \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /portal --shell /usr/sbin/nologin portal

WORKDIR /portal
COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .

ENV DJANGO_SETTINGS_MODULE=greencustoms.settings.production \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BIND=0.0.0.0:8000

# The values exist only while this line runs; collectstatic uses none of them.
RUN SECRET_KEY=build FIELD_KEYS=build ALLOWED_HOSTS=build PORTAL_URL=https://build DATABASE_URL=sqlite:///:memory: \
        python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p var/files var/private var/media var/tmp \
    && chown -R portal: var \
    && chmod 700 var/private

USER portal
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "ops/healthcheck.py"]
CMD ["python", "-m", "gunicorn", "--config", "ops/gunicorn.py", "greencustoms.wsgi"]


FROM nginx:1.28-bookworm AS nginx
COPY ops/nginx.conf /etc/nginx/nginx.conf
COPY --from=portal /portal/var/static /srv/static

# What `docker build .` without a target gives.
FROM portal
