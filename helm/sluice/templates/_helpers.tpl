{{- define "sluice.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "sluice.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- $name := include "sluice.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "sluice.selectorLabels" -}}
app.kubernetes.io/name: {{ include "sluice.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.selectorLabels" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "sluice.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "sluice.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "sluice.image" -}}
{{- with .Values.image.registry }}{{ . }}/{{ end }}{{ .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end }}

{{/* The name that Envoys call, and that our certificate has. */}}
{{- define "sluice.host" -}}
{{ include "sluice.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "sluice.tlsSecret" -}}
{{- if eq .Values.tls.mode "existingSecret" }}{{ .Values.tls.existingSecret }}{{ else }}{{ include "sluice.fullname" . }}-tls{{ end }}
{{- end }}

{{/* What a ModelRouter's fleet is called; the argument is its entry. */}}
{{- define "sluice.fleet" -}}
{{ .router }}-envoy
{{- end }}

{{/* What fleets are made like that Sluice makes itself: the file of --manage-fleets. */}}
{{- define "sluice.managedFleets" -}}
{{- if eq .Values.tls.mode "generated" }}
{{- fail "manageFleets.enabled: with tls.mode generated (expected: tls.mode certManager, or existingSecret; Sluice itself issues no certificates to fleets)" }}
{{- end -}}
xds: {{ include "sluice.host" . }}:18000
image: {{ .Values.envoy.image | quote }}
replicas: {{ int .Values.manageFleets.replicas }}
cpuUtilization: {{ int .Values.manageFleets.targetCPUUtilizationPercentage }}
topologyKey: {{ .Values.topologyKey | quote }}
terminationGracePeriodSeconds: {{ int .Values.envoy.terminationGracePeriodSeconds }}
resources: {{- toYaml .Values.envoy.resources | nindent 2 }}
tls:
  mode: {{ .Values.tls.mode }}
  {{- if eq .Values.tls.mode "certManager" }}
  issuerRef: {{- toYaml .Values.tls.issuerRef | nindent 4 }}
  {{- end }}
{{- end }}
