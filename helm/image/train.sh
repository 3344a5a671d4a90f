#!/usr/bin/env bash
# train.sh JAVA JAR MANIFESTS CACHE: one start of Sluice writes the AOT cache of the next ones. The cache fits this JAVA
# and this JAR at their paths, and nothing else; a java that it doesn't fit does without.
set -euo pipefail

java=$1 jar=$2 manifests=$3 cache=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$manifests" "$folder/"
options=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC)

# Nobody is Prometheus here: Sluice serves what is declared once it has waited for it.
"$java" "${options[@]}" -XX:AOTCacheOutput="$cache" -jar "$jar" run --dir "$folder" --first-evidence 1s \
  --prometheus http://127.0.0.1:9 --xds 127.0.0.1:28000 --grpc 127.0.0.1:28080 --http 127.0.0.1:28081 >"$folder/log" 2>&1 &
sluice=$!

is_ready() {
  (exec 3<>/dev/tcp/127.0.0.1/28081 && printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3 && grep -q '^HTTP/1.. 200' <&3) 2>/dev/null
}
for _ in {1..300}; do
  if is_ready; then break; fi
  kill -0 "$sluice" 2>/dev/null || break
  sleep 0.2
done
is_ready || { cat "$folder/log" >&2; exit 1; }
# A dispatcher that asks: calls are part of what is learned.
"$java" "${options[@]}" -jar "$jar" check --address 127.0.0.1:28080 default/qwen >/dev/null 2>&1 || true
kill -TERM "$sluice"
wait "$sluice"
[[ -s $cache ]] || { cat "$folder/log" >&2; exit 1; }
