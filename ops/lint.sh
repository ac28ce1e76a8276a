#!/bin/sh
# Everything that can be said about the code without running it. All of it is said, then the result.
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python
failed=""

look() {
    what="$1"
    shift
    "$@" || failed="$failed
  $what"
}

# A folder that is thrown away; what Django writes at start does not belong into var/.
VAR_DIR="$(mktemp -d)"
export VAR_DIR
trap 'rm -rf "$VAR_DIR"' EXIT

look "style (ruff check)" $python -m ruff check --quiet --output-format concise .
look "format (ruff format)" $python -m ruff format --check --quiet --output-format concise .
look "template format (djade)" \
    find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 --check {} +
look "types (mypy)" $python -m mypy --config-file ops/mypy.ini --no-error-summary greencustoms/core \
    $(find partners meetings training guide enforcement -name 'services*' -not -path '*/tests/*')
look "migrations missing (makemigrations)" env DJANGO_SETTINGS_MODULE=greencustoms.settings.development \
    $python manage.py makemigrations --check --dry-run --verbosity 1
look "production settings (check --deploy)" env DJANGO_SETTINGS_MODULE=greencustoms.settings.production \
    SECRET_KEY="only-for-this-check-and-long-enough-0123456789-abcdefghijklmnop" \
    FIELD_KEYS="kq0mPrB3bM5GfG0p6mX8rQyq0mYv3rVQw0h8m3S1c2E=" \
    ALLOWED_HOSTS="portal.example" PORTAL_URL="https://portal.example" DATABASE_URL="sqlite:///:memory:" \
    $python manage.py check --deploy --fail-level WARNING

if [ -n "$failed" ]; then
    printf 'Lint found something:%s\n' "$failed"
    exit 1
fi
echo "Lint found nothing."
