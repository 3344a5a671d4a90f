#!/usr/bin/env bash
# The chart on a real API server, with the real helm: SLUICE_HELM, SLUICE_KUBECTL and KUBECONFIG name them. The cluster
# has LLMKube's CRDs, and cert-manager's or that part isn't tested, and needs no nodes or controllers: nothing here waits for a pod.
set -euo pipefail

HELM=${SLUICE_HELM:-helm} KUBECTL=${SLUICE_KUBECTL:-kubectl}
CHART=$(cd "$(dirname "${BASH_SOURCE[0]}")/sluice" && pwd)
readonly HELM KUBECTL CHART
HOME_NAMESPACE=sluice-chart-test-$$ # a new one: without a controller an old one never ends
readonly HOME_NAMESPACE
readonly FLEET=(--set 'fleets[0].router=chat' --set 'fleets[0].namespace=default'
  --set foreman.hold.enabled=true --set foreman.webhook.enabled=true --set pages.overrideTokenSecret=word)
failures=0

check() { # check WORDS COMMAND...
  if "${@:2}" >/dev/null 2>&1; then echo "ok   $1"; else echo "FAIL $1" && failures=$((failures + 1)); fi
}
fails() { ! "$@"; }
fingerprint() { "$KUBECTL" get secret -n "$1" "$2" -o jsonpath='{.data.tls\.crt}' | sha256sum; }
may() { [[ $("$KUBECTL" auth can-i "$@" --as "system:serviceaccount:$HOME_NAMESPACE:sluice") == yes ]]; }
may_not() { [[ $("$KUBECTL" auth can-i "$@" --as "system:serviceaccount:$HOME_NAMESPACE:sluice") == no ]]; }
# rejected VALUE PATH: helm refuses it, and says where.
rejected() { [[ $("$HELM" template sluice "$CHART" --set "$1" 2>&1 >/dev/null) == *"at '$2'"* ]]; }
nothing_left() {
  [[ -z $("$KUBECTL" get deploy,svc,secret,sa,role,rolebinding,clusterrole,clusterrolebinding,pdb -A -o name \
    -l app.kubernetes.io/instance=sluice) ]]
}

wrong_values() {
  local wrong
  for wrong in 'replicaCount=0 /replicaCount' 'replicas=3 ' 'tls.mode=none /tls/mode' \
    'tls.mode=existingSecret /tls/existingSecret' 'tls.mode=certManager /tls/issuerRef/name' 'poll=5 /poll' \
    'prometheus.url=ftp://x /prometheus/url' 'image.pullPolicy=Sometimes /image/pullPolicy' \
    'fleets[0].replicas=2 /fleets/0' 'fleets[0].router=Chat /fleets/0/router' 'image.digest=abc /image/digest' 'foreman.hold=true /foreman/hold' \
    'pages.overrideTokenSecret=My_Word /pages/overrideTokenSecret' 'pages.overrideToken=word /pages'; do
    check "rejected: ${wrong%% *}" rejected "${wrong%% *}" "${wrong#* }"
  done
}

# The page's overrides: only who gives a token for them gives Sluice the right to write an InferenceService.
no_overrides_by_default() {
  local objects
  objects=$("$HELM" template sluice "$CHART") && [[ $objects == *"kind: Deployment"* && $objects != *override* ]]
}
overrides_in_one_namespace() {
  local objects
  objects=$("$HELM" template sluice "$CHART" --set watchNamespace=ml --set pages.overrideTokenSecret=word) &&
    [[ $objects == *"kind: Role, name: sluice-override"* && $objects != *ClusterRole* ]]
}
overrides_are_on() {
  local mounted='{.spec.template.spec.volumes[?(@.name=="override")].secret.secretName}'
  local where='{.spec.template.spec.containers[0].volumeMounts[?(@.name=="override")]'
  check "the page may override verdicts" may patch inferenceservices.inference.llmkube.dev -n default
  check "it may not delete services" may_not delete inferenceservices.inference.llmkube.dev -n default
  check "Sluice is told of its token" argument --override-token-file=/etc/sluice/override/token
  check "which is mounted there" field "$HOME_NAMESPACE" deployment sluice "$where.mountPath}" /etc/sluice/override
  check "read-only" field "$HOME_NAMESPACE" deployment sluice "$where.readOnly}" true
  check "from the Secret that was named" field "$HOME_NAMESPACE" deployment sluice "$mounted" word
}
overrides_are_off() {
  check "once that value is empty, Sluice is told of no token" fails argument --override-token-file=/etc/sluice/override/token
  check "conditions may still be written" may patch inferenceservices.inference.llmkube.dev --subresource=status -n default
  check "and nothing overridden" may_not patch inferenceservices.inference.llmkube.dev -n default
}

rights() {
  check "conditions may be written" may patch modelrouters.inference.llmkube.dev --subresource=status -n default
  check "the Lease may be taken" may update leases.coordination.k8s.io/sluice -n "$HOME_NAMESPACE"
  check "followers may say what their Envoys have" may patch configmaps/sluice-fleets -n "$HOME_NAMESPACE"
  check "Agents may be held" may patch agents.foreman.llmkube.dev -n default
  check "the webhook's authority may be kept" may update validatingwebhookconfigurations/sluice-foreman
  check "no other webhook may be touched" may_not update validatingwebhookconfigurations/other
  check "Secrets may not be listed" may_not list secrets -n default
  check "its own Secrets may not be read" may_not get secrets -n "$HOME_NAMESPACE"
  check "Deployments may not be made" may_not create deployments -n default
  check "pods may not be deleted" may_not delete pods -n default
  check "routers' specs may not be written" may_not patch modelrouters.inference.llmkube.dev -n default
  check "other ConfigMaps may not be read" may_not get configmaps/other -n "$HOME_NAMESPACE"
}

# No controller runs here, so the hook's Job is reported done by hand; --no-hooks would leave the hook untested.
job_is() { # job_is CONDITION COUNTER [MORE FIELDS]
  local now
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  "$KUBECTL" patch job -n "$HOME_NAMESPACE" sluice-retire --subresource=status --type=merge -p "{\"status\": {
    \"startTime\": \"$now\", $2, \"uncountedTerminatedPods\": {},
    \"conditions\": [{\"type\": \"$3\", \"status\": \"True\", \"lastTransitionTime\": \"$now\"},
    {\"type\": \"$1\", \"status\": \"True\", \"lastTransitionTime\": \"$now\"}]}}" >/dev/null
}
begin_uninstall() {
  "$HELM" uninstall sluice -n "$HOME_NAMESPACE" --timeout 60s >/dev/null 2>&1 &
  until [[ $("$KUBECTL" get job -n "$HOME_NAMESPACE" sluice-retire -o 'jsonpath={.status.conditions[*].type}' 2>&1) == '' ]]; do
    sleep 0.2
  done
}

uninstall_fails() {
  begin_uninstall
  job_is Failed '"failed": 1' FailureTarget
  check "an uninstall stops whose Job fails" fails wait "$!"
  check "Sluice has no rights then" may_not patch inferenceservices.inference.llmkube.dev --subresource=status -n default
  check "nor may its page override" may_not patch inferenceservices.inference.llmkube.dev -n default
}

uninstall() {
  begin_uninstall
  check "while that is taken away, Sluice may not write it again" may_not patch inferenceservices.inference.llmkube.dev --subresource=status -n default
  check "nor move Services" may_not patch services -n default
  check "nor lead" may_not update leases.coordination.k8s.io/sluice -n "$HOME_NAMESPACE"
  job_is Complete "\"succeeded\": 1, \"completionTime\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"" SuccessCriteriaMet
  check "uninstall ends" wait "$!"
  check "nothing is left" nothing_left
}

# field NAMESPACE KIND NAME PATH VALUE
field() { [[ $("$KUBECTL" get -n "$1" "$2" "$3" -o "jsonpath=$4") == "$5" ]]; }
# argument WORD: the running Sluice is started with it.
argument() { [[ " $("$KUBECTL" get deployment -n "$HOME_NAMESPACE" sluice -o 'jsonpath={.spec.template.spec.containers[0].args[*]}') " == *" $1 "* ]]; }
no_certificates() { [[ -z $("$KUBECTL" get certificates.cert-manager.io -A -o name) ]]; }

# With cert-manager: what it is asked for is what the pods mount and Envoys expect.
cert_manager() {
  local name=certs-sluice host=certs-sluice.$HOME_NAMESPACE.svc
  local mounted='{.spec.template.spec.volumes[?(@.name=="tls")].secret.secretName}'
  check "install with cert-manager" "$HELM" install certs "$CHART" -n "$HOME_NAMESPACE" --set 'fleets[0].router=mail' \
    --set 'fleets[0].namespace=default' --set tls.mode=certManager --set tls.issuerRef.name=ours
  check "Sluice's certificate is from the issuer" field "$HOME_NAMESPACE" certificate "$name" '{.spec.issuerRef.kind}/{.spec.issuerRef.name}' ClusterIssuer/ours
  check "it has the name that Envoys call" field "$HOME_NAMESPACE" certificate "$name" '{.spec.dnsNames[0]}' "$host"
  check "it is for a server" field "$HOME_NAMESPACE" certificate "$name" '{.spec.usages[*]}' 'server auth'
  check "its Secret is asked for" field "$HOME_NAMESPACE" certificate "$name" '{.spec.secretName}' "$name-tls"
  check "and mounted" field "$HOME_NAMESPACE" deployment "$name" "$mounted" "$name-tls"
  check "a fleet's certificate names the fleet" field default certificate mail-envoy '{.spec.uris[*]}' spiffe://cluster.local/fleet/default/mail
  check "it is for a client" field default certificate mail-envoy '{.spec.usages[*]}' 'client auth'
  check "its Secret is asked for, too" field default certificate mail-envoy '{.spec.secretName}' mail-envoy-tls
  check "and mounted, too" field default deployment mail-envoy "$mounted" mail-envoy-tls
  check "Helm makes no keys" fails "$KUBECTL" get secret -n default mail-envoy-tls
  "$HELM" uninstall certs -n "$HOME_NAMESPACE" --no-hooks >/dev/null
  check "nothing of cert-manager's is left" no_certificates
}

wrong_values
check "by default nothing has to do with overrides" no_overrides_by_default
check "with watchNamespace they are for that one only" overrides_in_one_namespace
check "install" "$HELM" install sluice "$CHART" -n "$HOME_NAMESPACE" --create-namespace "${FLEET[@]}"
rights
overrides_are_on
before=$(fingerprint default chat-envoy-tls)
check "upgrade" "$HELM" upgrade sluice "$CHART" -n "$HOME_NAMESPACE" "${FLEET[@]}" --set 'fleets[1].router=code' \
  --set pages.overrideTokenSecret=
overrides_are_off
check "an upgrade keeps certificates" test "$before" = "$(fingerprint default chat-envoy-tls)"
check "rollback" "$HELM" rollback sluice 1 -n "$HOME_NAMESPACE"
check "a rollback keeps certificates" test "$before" = "$(fingerprint default chat-envoy-tls)"
uninstall_fails
check "a rollback to the same revision gives them back" "$HELM" rollback sluice 3 -n "$HOME_NAMESPACE"
rights
overrides_are_on
uninstall
if "$KUBECTL" get crd certificates.cert-manager.io >/dev/null 2>&1; then cert_manager; fi
"$KUBECTL" delete namespace "$HOME_NAMESPACE" --wait=false >/dev/null
[[ $failures -eq 0 ]]
