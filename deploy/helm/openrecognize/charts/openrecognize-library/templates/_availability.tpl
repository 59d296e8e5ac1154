{{/* HorizontalPodAutoscaler of one workload. Input as for the Deployment. */}}
{{- define "openrecognize-library.autoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "openrecognize-library.workload-name" . }}
  labels:
    {{- include "openrecognize-library.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "openrecognize-library.workload-name" . }}
  minReplicas: {{ .settings.autoscaling.minReplicas }}
  maxReplicas: {{ .settings.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .settings.autoscaling.targetCPUUtilizationPercentage }}
    {{- with .settings.autoscaling.targetMemoryUtilizationPercentage }}
    - type: Resource
      resource:
        name: memory
        target:
          type: Utilization
          averageUtilization: {{ . }}
    {{- end }}
{{- end -}}

{{/* A drain of a node takes one pod at a time and never the last one. */}}
{{- define "openrecognize-library.disruption-budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "openrecognize-library.workload-name" . }}
  labels:
    {{- include "openrecognize-library.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "openrecognize-library.selector-labels" . | nindent 6 }}
{{- end -}}
