{{/* No root, no new privilege, no writable root: the restricted profile of the Pod Security Standards. */}}
{{- define "openrecognize-library.pod-security-context" -}}
runAsNonRoot: true
{{- if not .root.Values.openshift }}
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "openrecognize-library.container-security-context" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
privileged: false
capabilities:
  drop: [ALL]
{{- end -}}
