# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
# The production image: web, worker and beat are three commands of it (docker-compose.yml).

FROM node:24-slim AS assets
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY jobcenter_portal/web/assets jobcenter_portal/web/assets
RUN npm run build

FROM python:3.13-slim AS packages
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=jobcenter_portal.settings.production
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin portal
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /src/build/static build/static
COPY --from=assets /src/build/letters build/letters
# Only the settings' shape is needed here; no secret and no server.
RUN SECRET_KEY=build FIELD_KEYS=k1:YnVpbGQtb25seS1idWlsZC1vbmx5LWJ1aWxkLW9ubHk= \
    LINK_KEYS=l1:YnVpbGQtb25seS1idWlsZC1vbmx5LWJ1aWxkLW9ubHk= PUBLIC_URL=https://build.example \
    DATABASE_URL=postgresql://build@127.0.0.1/build REDIS_URL=redis://127.0.0.1 SMTP_URL=smtp://127.0.0.1 \
    sh -c 'python manage.py compile_texts && python manage.py collectstatic --no-input'
USER portal
EXPOSE 8000
# No access log: its lines would hold the links that open appointments.
CMD ["gunicorn", "jobcenter_portal.wsgi:application", "--bind=0.0.0.0:8000", "--workers=4", "--threads=2", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
