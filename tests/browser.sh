#!/bin/sh
# Find a Chromium for the browser tests, or get one: Debian's package, else Playwright's own download.
set -u
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
ls "$HOME"/.cache/ms-playwright/chromium-* >/dev/null 2>&1 && exit 0
echo "Getting a browser for the tests (once) ..."
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  apt-get update -qq >/dev/null 2>&1
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu >/dev/null 2>&1 && exit 0
fi
"${VENV:-.venv}/bin/python" -m playwright install chromium >/dev/null 2>&1 && exit 0
echo "No browser could be installed. Install Chromium (for example: sudo apt-get install chromium) and run make test again." >&2
exit 1
