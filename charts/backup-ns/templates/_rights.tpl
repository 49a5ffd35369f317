{{/*
A service account, unless there is one already; a role in the namespace and one of the cluster, with their bindings.
Takes root, values, suffix, component, rules and clusterRules.
*/}}
{{- define "backup-ns.rights" -}}
{{- $root := .root }}
{{- $name := include "backup-ns.name" . }}
{{- $account := include "backup-ns.account" . }}
{{- if not .values.serviceAccountName }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "backup-ns.metadata" (dict "root" $root "name" $name "component" .component "annotations" $root.Values.serviceAccount.annotations) | nindent 2 }}
{{- end }}
{{- if $root.Values.rbac.create }}
{{- if .rules }}
{{- include "backup-ns.bound" (dict "root" $root "component" .component "kind" "Role" "name" $name "account" $account "rules" .rules) }}
{{- end }}
{{- if and .clusterRules $root.Values.rbac.cluster }}
{{- $clusterName := include "backup-ns.clusterName" . }}
{{- include "backup-ns.bound" (dict "root" $root "component" .component "kind" "ClusterRole" "name" $clusterName "account" $account "rules" .clusterRules) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "backup-ns.bound" }}
{{- $metadata := include "backup-ns.metadata" (dict "root" .root "name" .name "component" .component) }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}
metadata:
  {{- $metadata | nindent 2 }}
rules:
  {{- .rules | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  {{- $metadata | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ .account }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}
