{{/* Name of an installation's objects: the release, unless fullnameOverride says otherwise. */}}
{{- define "openrecognize-library.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Name of one workload's objects. Input: dict root, name. */}}
{{- define "openrecognize-library.workload-name" -}}
{{- printf "%s-%s" (include "openrecognize-library.fullname" .root) .name -}}
{{- end -}}

{{- define "openrecognize-library.selector-labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "openrecognize-library.labels" -}}
{{ include "openrecognize-library.selector-labels" . }}
app.kubernetes.io/part-of: openrecognize
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* Image of one workload: registry/repository-name:tag, or by digest where one is given. */}}
{{- define "openrecognize-library.image" -}}
{{- $image := .root.Values.image -}}
{{- $digest := get ($image.digests | default dict) .name -}}
{{- if $digest -}}
{{- printf "%s/%s@%s" $image.repository .name $digest -}}
{{- else -}}
{{- printf "%s/%s:%s" $image.repository .name ($image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* Base URL of a workload inside the cluster. */}}
{{- define "openrecognize-library.url" -}}
{{- printf "http://%s:%v" (include "openrecognize-library.workload-name" .) .port -}}
{{- end -}}
