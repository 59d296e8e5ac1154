{{/*
NetworkPolicy of one workload: who may call it, and whom it may call. Input: dict
  root, name, port, as for the Deployment; port 0: nothing listens there
  callers      names of workloads that call it
  calls        list of dicts name, port
  public       true where the ingress controller may reach it
  destinations list of dicts cidrs, ports and, where it has some, peers: what lies outside
*/}}
{{- define "openrecognize-library.network-policy" -}}
{{- $root := .root -}}
{{- $policy := .root.Values.networkPolicy -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "openrecognize-library.workload-name" . }}
  labels:
    {{- include "openrecognize-library.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "openrecognize-library.selector-labels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- range .callers }}
    - from:
        - podSelector:
            matchLabels:
              {{- include "openrecognize-library.selector-labels" (dict "root" $root "name" .) | nindent 14 }}
      ports:
        - { protocol: TCP, port: {{ $.port }} }
    {{- end }}
    {{- if .public }}
    - from:
        {{- toYaml $policy.ingressControllerPeers | nindent 8 }}
      ports:
        - { protocol: TCP, port: {{ .port }} }
    {{- end }}
    {{- if and .port $policy.metricsPeers }}
    - from:
        {{- toYaml $policy.metricsPeers | nindent 8 }}
      ports:
        - { protocol: TCP, port: {{ .port }} }
    {{- end }}
  egress:
    - to:
        {{- toYaml $policy.dnsPeers | nindent 8 }}
      ports:
        - { protocol: UDP, port: 53 }
        - { protocol: TCP, port: 53 }
    {{- range .calls }}
    - to:
        - podSelector:
            matchLabels:
              {{- include "openrecognize-library.selector-labels" (dict "root" $root "name" .name) | nindent 14 }}
      ports:
        - { protocol: TCP, port: {{ .port }} }
    {{- end }}
    {{- range .destinations }}
    {{- /* An empty list of peers would mean everybody. */}}
    {{- if or .cidrs .peers }}
    - to:
        {{- with .peers }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- range .cidrs }}
        - ipBlock:
            cidr: {{ . }}
            {{- if eq . "0.0.0.0/0" }}
            except:
              {{- toYaml $policy.notPublic | nindent 14 }}
            {{- end }}
        {{- end }}
      ports:
        {{- range .ports }}
        - { protocol: TCP, port: {{ . }} }
        {{- end }}
    {{- end }}
    {{- end }}
{{- end -}}
