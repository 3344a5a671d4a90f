#!/usr/bin/env bash
# Generates breachv1/ from the contract that the Java server is generated from. The proto itself names no Go package:
# the mapping stands here, with the pinned plugins. `generate.sh FOLDER` generates into another folder.
# Takes protoc from PROTOC, else from Maven's repository, where any build of the project puts it, else from the PATH.
set -euo pipefail

readonly GEN_GO=google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.11
readonly GEN_GO_GRPC=google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
readonly PROTO=sluice/breach/v1/breach.proto
readonly MODULE=sluice.dev/foreman-bridge/go

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly protos=$here/../../slo-model/src/main/proto
readonly out=${1:-$here}

# The version is the Java build's own.
maven_protoc() {
  local version
  version=$(sed -n 's:.*<protobuf.version>\(.*\)</protobuf.version>.*:\1:p' "$here/../../pom.xml")
  find "${HOME:-/}/.m2/repository/com/google/protobuf/protoc/$version" -name '*.exe' 2>/dev/null | head -n 1
}

protoc=${PROTOC:-$(maven_protoc)}
protoc=${protoc:-$(command -v protoc)} || {
  echo "generate.sh: no protoc (expected: PROTOC, ./sluice build before, or protoc in PATH)" >&2
  exit 1
}

plugins=$(mktemp -d)
trap 'rm -rf "$plugins"' EXIT
GOBIN=$plugins GOFLAGS='' go install "$GEN_GO"
GOBIN=$plugins GOFLAGS='' go install "$GEN_GO_GRPC"
# Maven keeps the file without its executable bit.
cp "$protoc" "$plugins/protoc"
chmod +x "$plugins/protoc"

# A protoc of a package has google/protobuf/*.proto beside it; for Maven's they are in protobuf-java's jar.
includes=()
jar=$(find "${HOME:-/}/.m2/repository/com/google/protobuf/protobuf-java" -name 'protobuf-java-[0-9]*.jar' 2>/dev/null |
  sort -V | tail -n 1)
if [[ -n $jar ]]; then
  mkdir "$plugins/include"
  (cd "$plugins/include" && unzip -q "$jar" 'google/protobuf/*.proto')
  includes=("-I$plugins/include")
fi

mkdir -p "$out"
readonly mapping=M$PROTO=$MODULE/breachv1
PATH=$plugins:$PATH "$plugins/protoc" "-I$protos" "${includes[@]}" \
  --go_out="$out" --go_opt="module=$MODULE,$mapping" \
  --go-grpc_out="$out" --go-grpc_opt="module=$MODULE,$mapping" "$PROTO"
