#!/usr/bin/env bash
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# What `./dev demo` shows: the example converted, summed up, mapped and brought back, with its receipt.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
puente=${PUENTE:-puente}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$here/lac_migration/lac_migration.xml

step() { printf '\n\033[1m%s\033[0m\n' "$1"; }
run() {
  printf '$ puente'
  printf ' %s' "${@//$work\//}" | sed "s|$here|examples|g"
  printf '\n'
  (cd "$work" && "$puente" "$@")
}

step 'What is in the file?'
run info "$source"

step 'Who funds what, who does it, where, when, with how much money? (first rows)'
run map "$source" -o mapping.csv
cut -c1-150 "$work/mapping.csv" | head -6

step 'Into the schema as JSON Lines, every value accounted for, the output read again'
run convert "$source" lac.jsonl --receipt receipt.json --verify

step 'And back: the same IATI file comes out'
run convert lac.jsonl again.xml --verify
python3 "$here/../tests/tools/same_xml.py" "$source" "$work/again.xml" &&
  echo 'again.xml holds the same elements, attributes, texts and comments as the source'

step 'The receipt'
head -n 14 "$work/receipt.json"
