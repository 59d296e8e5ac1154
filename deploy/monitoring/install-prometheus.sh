#!/bin/sh
# Finds Prometheus and Alertmanager, or unpacks Debian's into a folder, for tests: nothing is installed, no service is started,
# and no rights are needed. Prints the folder of the binaries; exits with 1 and a reason where that is not possible.
#
#   install-prometheus.sh [FOLDER]    default: .cache/prometheus of the repository
set -eu

folder=${1:-$(dirname "$0")/../../.cache/prometheus}

fail() {
  echo "$1" >&2
  exit 1
}

# A machine that has them needs no second copy.
if command -v prometheus >/dev/null && command -v promtool >/dev/null && command -v prometheus-alertmanager >/dev/null \
  && command -v amtool >/dev/null; then
  dirname "$(command -v prometheus)"
  exit 0
fi

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail 'no apt on this machine'
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
binaries=$folder/usr/bin

# Two test runs at once unpack once.
exec 9>"$folder/.lock"
if command -v flock >/dev/null; then flock 9; fi
if [ -x "$binaries/prometheus" ] && [ -x "$binaries/promtool" ] && [ -x "$binaries/prometheus-alertmanager" ]; then
  echo "$binaries"
  exit 0
fi

fetch() {
  (cd "$folder" && apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 \
    download prometheus prometheus-alertmanager) >/dev/null 2>&1
}

if ! fetch; then
  # Package lists may be missing or old; only root may fetch new ones.
  [ "$(id -u)" = 0 ] || fail 'the packages prometheus and prometheus-alertmanager cannot be fetched'
  apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 update >/dev/null 2>&1 || true
  fetch || fail 'the packages prometheus and prometheus-alertmanager cannot be fetched'
fi
for package in "$folder"/*.deb; do dpkg-deb -x "$package" "$folder"; done
rm -f "$folder"/*.deb
[ -x "$binaries/prometheus" ] || fail 'the package prometheus has no binary'
echo "$binaries"
