{{/* Service and ServiceAccount of one workload. Input as for the Deployment. */}}
{{- define "openrecognize-library.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "openrecognize-library.workload-name" . }}
  labels:
    {{- include "openrecognize-library.labels" . | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    {{- include "openrecognize-library.selector-labels" . | nindent 4 }}
  ports:
    - name: http
      port: {{ .port }}
      targetPort: http
      protocol: TCP
{{- end -}}

{{- define "openrecognize-library.service-account" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "openrecognize-library.workload-name" . }}
  labels:
    {{- include "openrecognize-library.labels" . | nindent 4 }}
  {{- with .settings.serviceAccountAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
