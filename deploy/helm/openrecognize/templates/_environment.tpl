{{/* A variable with a text value. Input: dict name, value. */}}
{{- define "openrecognize.variable" -}}
- name: {{ .name }}
  value: {{ .value | toString | quote }}
{{- end -}}

{{- define "openrecognize.secret-name" -}}
{{- .Values.secrets.existingSecret | default (printf "%s-secrets" (include "openrecognize-library.fullname" .)) -}}
{{- end -}}

{{/* A variable whose value is an entry of the Secret. Input: dict root, name, key. */}}
{{- define "openrecognize.secret-variable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ include "openrecognize.secret-name" .root }}
      key: {{ .key }}
{{- end -}}

{{/* True (the text) where the Secret has an optional entry. Input: dict root, key. */}}
{{- define "openrecognize.has-secret" -}}
{{- $values := .root.Values.secrets.values -}}
{{- if .root.Values.secrets.existingSecret -}}
{{- if get .root.Values.secrets.optional .flag }}true{{ end -}}
{{- else if get $values .key }}true{{ end -}}
{{- end -}}

{{/* Base URL of another workload of this installation. Input: dict root, name. */}}
{{- define "openrecognize.url-of" -}}
{{- $topology := .root.Files.Get "files/topology.yaml" | fromYaml -}}
{{- include "openrecognize-library.url" (dict "root" .root "name" .name "port" (get $topology .name).port) -}}
{{- end -}}

{{/* CORE_DAEMON_URL and so on for each of a list of workloads. Input: dict root, names. */}}
{{- define "openrecognize.urls" -}}
{{- $root := .root -}}
{{- range .names }}
{{- if (get $root.Values.services .).enabled }}
{{ include "openrecognize.variable" (dict "name" (printf "%s_URL" (. | upper | replace "-" "_")) "value" (include "openrecognize.url-of" (dict "root" $root "name" .))) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The services that `helm test` asks, as a JSON list; empty where it has no key. */}}
{{- define "openrecognize.checked-services" -}}
{{- $checked := list -}}
{{- if and .Values.test.enabled .Values.test.apiKeySecret.name -}}
{{- range list "core-daemon" "operations-service" "authentication-service" "enrollment-agent" -}}
{{- if (get $.Values.services .).enabled -}}
{{- $checked = append $checked . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $checked | toJson -}}
{{- end -}}

{{/* Where traces go, as JSON; the port of the collector has to be among the ports that are opened. */}}
{{- define "openrecognize.telemetry-destination" -}}
{{- $endpoint := urlParse .Values.telemetry.endpoint -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $endpoint.host) | default (eq $endpoint.scheme "https" | ternary "443" "80") | int -}}
{{- $destination := .Values.networkPolicy.destinations.telemetry -}}
{{- $ports := list -}}
{{- range $destination.ports -}}
{{- $ports = append $ports (int .) -}}
{{- end -}}
{{- if not (has $port $ports) -}}
{{- fail (printf "telemetry.endpoint is at port %d, which networkPolicy.destinations.telemetry.ports does not have" $port) -}}
{{- end -}}
{{- $destination | toJson -}}
{{- end -}}

{{- define "openrecognize.key-service" -}}
{{- with .Values.keyService.region }}
{{ include "openrecognize.variable" (dict "name" "KMS_REGION" "value" .) }}
{{- end }}
{{- with .Values.keyService.endpoint }}
{{ include "openrecognize.variable" (dict "name" "KMS_ENDPOINT" "value" .) }}
{{- end }}
{{- end -}}

{{/* Environment of one workload: common part, its own, then what the values add. Input: dict root, name, topology, settings. */}}
{{- define "openrecognize.environment" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{ include "openrecognize.variable" (dict "name" "HOST" "value" "0.0.0.0") }}
{{ include "openrecognize.variable" (dict "name" "PORT" "value" .topology.port) }}
{{ include "openrecognize.variable" (dict "name" "NODE_ENV" "value" "production") }}
{{ include "openrecognize.variable" (dict "name" "LOG_FORMAT" "value" $values.log.format) }}
{{ include "openrecognize.variable" (dict "name" "LOG_LEVEL" "value" $values.log.level) }}
{{ include "openrecognize.variable" (dict "name" "DRAIN_DELAY_MS" "value" 5000) }}
{{- with $values.telemetry.endpoint }}
{{ include "openrecognize.variable" (dict "name" "OTEL_EXPORTER_OTLP_ENDPOINT" "value" .) }}
{{- end }}
{{- if $values.customCA.existingConfigMap }}
{{ include "openrecognize.variable" (dict "name" "NODE_EXTRA_CA_CERTS" "value" "/ca/ca.crt") }}
{{- end }}
{{- if not (has .name (list "enrollment-agent" "admin-dashboard")) }}
{{ include "openrecognize.secret-variable" (dict "root" $root "name" "SERVICE_KEY" "key" "service-key") }}
{{- end }}
{{- include (printf "openrecognize.environment.%s" .name) . }}
{{- range $name, $value := .settings.env }}
{{ include "openrecognize.variable" (dict "name" $name "value" $value) }}
{{- end }}
{{- end -}}

{{- define "openrecognize.database" -}}
{{ include "openrecognize.secret-variable" (dict "root" .root "name" "DATABASE_URL" "key" (printf "%s-database-url" .name)) }}
{{ include "openrecognize.variable" (dict "name" "DATABASE_MAX_CONNECTIONS" "value" .root.Values.database.maxConnectionsPerPod) }}
{{- end -}}

{{- define "openrecognize.environment.node-persistence" }}
{{ include "openrecognize.database" . }}
{{- end -}}

{{- define "openrecognize.environment.circuit-storage" -}}
{{- $store := .root.Values.objectStore }}
{{ include "openrecognize.database" . }}
{{ include "openrecognize.variable" (dict "name" "OBJECT_STORE_KIND" "value" "s3") }}
{{ include "openrecognize.variable" (dict "name" "S3_BUCKET" "value" $store.bucket) }}
{{ include "openrecognize.variable" (dict "name" "S3_FORCE_PATH_STYLE" "value" $store.forcePathStyle) }}
{{- with $store.prefix }}
{{ include "openrecognize.variable" (dict "name" "S3_PREFIX" "value" .) }}
{{- end }}
{{- with $store.region }}
{{ include "openrecognize.variable" (dict "name" "S3_REGION" "value" .) }}
{{- end }}
{{- with $store.endpoint }}
{{ include "openrecognize.variable" (dict "name" "S3_ENDPOINT" "value" .) }}
{{- end }}
{{- if include "openrecognize.has-secret" (dict "root" .root "flag" "s3-credentials" "key" "s3-access-key-id") }}
{{ include "openrecognize.secret-variable" (dict "root" .root "name" "S3_ACCESS_KEY_ID" "key" "s3-access-key-id") }}
{{ include "openrecognize.secret-variable" (dict "root" .root "name" "S3_SECRET_ACCESS_KEY" "key" "s3-secret-access-key") }}
{{- end }}
{{ include "openrecognize.variable" (dict "name" "PAYLOAD_ENCRYPTION" "value" $store.encryption) }}
{{- if eq $store.encryption "kms" }}
{{ include "openrecognize.variable" (dict "name" "PAYLOAD_KMS_KEY_ID" "value" (required "objectStore.payloadKmsKeyId is needed for encryption kms" $store.payloadKmsKeyId)) }}
{{- include "openrecognize.key-service" .root }}
{{- else if eq $store.encryption "file" }}
{{ include "openrecognize.variable" (dict "name" "PAYLOAD_KEY_FILE" "value" "/keys/payload.key") }}
{{- end }}
{{- end -}}

{{- define "openrecognize.environment.auth-vault" -}}
{{- include "openrecognize.urls" (dict "root" .root "names" .topology.calls) }}
{{ include "openrecognize.variable" (dict "name" "SIGNING_KEYS" "value" .root.Values.keys.signing) }}
{{ include "openrecognize.variable" (dict "name" "CLIENT_STATE_KEYS" "value" .root.Values.keys.clientStates) }}
{{- include "openrecognize.key-service" .root }}
{{- if include "openrecognize.has-secret" (dict "root" .root "flag" "refill-ticket-key" "key" "refill-ticket-key") }}
{{ include "openrecognize.secret-variable" (dict "root" .root "name" "REFILL_TICKET_KEY" "key" "refill-ticket-key") }}
{{- end }}
{{- end -}}

{{- define "openrecognize.environment.core-daemon" -}}
{{- include "openrecognize.urls" (dict "root" .root "names" .topology.calls) }}
{{- end -}}

{{- define "openrecognize.environment.operations-service" -}}
{{- $root := .root -}}
{{- include "openrecognize.urls" (dict "root" .root "names" .topology.calls) }}
{{- $health := list -}}
{{- range .topology.health -}}
{{- if (get $root.Values.services .).enabled -}}
{{- $health = append $health (printf "%s=%s" . (include "openrecognize.url-of" (dict "root" $root "name" .))) -}}
{{- end -}}
{{- end }}
{{ include "openrecognize.variable" (dict "name" "HEALTH_URLS" "value" (join "," $health)) }}
{{- include "openrecognize.trusted-proxies" .root }}
{{ include "openrecognize.variable" (dict "name" "NODE_ID" "value" (include "openrecognize-library.fullname" .root)) }}
{{- if include "openrecognize.has-secret" (dict "root" .root "flag" "operator-bootstrap" "key" "operator-bootstrap") }}
{{ include "openrecognize.secret-variable" (dict "root" .root "name" "OPERATOR_BOOTSTRAP" "key" "operator-bootstrap") }}
{{- end }}
{{ include "openrecognize.secret-variable" (dict "root" .root "name" "WEBHOOK_MASTER_KEY" "key" "webhook-master-key") }}
{{- end -}}

{{- define "openrecognize.environment.enrollment-agent" }}
{{ include "openrecognize.variable" (dict "name" "AUTH_SERVER_URL" "value" (include "openrecognize.url-of" (dict "root" .root "name" "core-daemon"))) }}
{{- if include "openrecognize.has-secret" (dict "root" .root "flag" "agent-api-key" "key" "agent-api-key") }}
{{ include "openrecognize.secret-variable" (dict "root" .root "name" "AUTH_SERVER_API_KEY" "key" "agent-api-key") }}
{{- end }}
{{- end -}}

{{/* Where the other replicas reach this one; POD_IP has to come first, as the second names it. */}}
{{- define "openrecognize.peer-address" }}
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{ include "openrecognize.variable" (dict "name" "PEER_ADDRESS" "value" (printf "http://$(POD_IP):%d" (int .topology.port))) }}
{{- end -}}

{{- define "openrecognize.environment.authentication-service" -}}
{{- $keys := .root.Values.keys -}}
{{- include "openrecognize.urls" (dict "root" .root "names" .topology.calls) }}
{{- include "openrecognize.peer-address" . }}
{{- include "openrecognize.trusted-proxies" .root }}
{{ include "openrecognize.variable" (dict "name" "IMAGE_KEY_ID" "value" $keys.imageKeyId) }}
{{- if $keys.imageKmsKeyId }}
{{ include "openrecognize.variable" (dict "name" "IMAGE_KMS_KEY_ID" "value" $keys.imageKmsKeyId) }}
{{- include "openrecognize.key-service" .root }}
{{- else }}
{{ include "openrecognize.variable" (dict "name" "IMAGE_KEY_FILE" "value" (printf "/keys/%s" $keys.imageKeyFile)) }}
{{- end }}
{{- end -}}

{{- define "openrecognize.trusted-proxies" -}}
{{- with .Values.trustedProxies }}
{{ include "openrecognize.variable" (dict "name" "TRUSTED_PROXIES" "value" (join "," .)) }}
{{- end }}
{{- end -}}

{{- define "openrecognize.environment.admin-dashboard" }}
{{ include "openrecognize.variable" (dict "name" "OPERATIONS_URL" "value" (include "openrecognize.url-of" (dict "root" .root "name" "operations-service"))) }}
{{- include "openrecognize.urls" (dict "root" .root "names" .topology.health) }}
{{- include "openrecognize.trusted-proxies" .root }}
{{- with .root.Values.publicUrls.adminDashboard }}
{{ include "openrecognize.variable" (dict "name" "PUBLIC_URL" "value" .) }}
{{- end }}
{{- end -}}
