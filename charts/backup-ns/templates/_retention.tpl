{{/*
A CronJob that looks at the snapshots of the whole cluster, with a service account and rights of its own.
Takes root, where, command, values, defaults (settings) and rules.
*/}}
{{- define "backup-ns.retention" -}}
{{- $all := dict "root" .root "values" .values "suffix" .command "component" .command }}
{{- $_ := set $all "name" (include "backup-ns.name" $all) }}
{{- /* How a run ended is an event of its Job and its CronJob, which its own pod leads to. */}}
{{- $ofItself := list
  (dict "apiGroups" (list "") "resources" (list "pods") "verbs" (list "get"))
  (dict "apiGroups" (list "batch") "resources" (list "jobs") "verbs" (list "get"))
  (dict "apiGroups" (list "") "resources" (list "events") "verbs" (list "create")) }}
{{- if .root.Values.rbac.cluster }}
{{- $_ := set $all "rules" (toYaml $ofItself) }}
{{- $_ := set $all "clusterRules" (toYaml .rules) }}
{{- else }}
{{- $_ := set $all "rules" (toYaml (concat .rules $ofItself)) }}
{{- end }}
{{- include "backup-ns.rights" $all }}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "backup-ns.metadata" $all | nindent 2 }}
spec:
  {{- include "backup-ns.schedule" $all | nindent 2 }}
  jobTemplate:
    metadata:
      {{- include "backup-ns.podMetadata" $all | trim | nindent 6 }}
    spec:
      {{- include "backup-ns.jobLimits" $all | nindent 6 }}
      # What failed is looked at anew in the next run.
      backoffLimit: 0
      template:
        metadata:
          {{- include "backup-ns.podMetadata" $all | trim | nindent 10 }}
        spec:
          {{- include "backup-ns.podSpec" (dict
            "root" .root
            "values" .values
            "container" .command
            "args" (list .command)
            "account" (include "backup-ns.account" $all)
            "resources" .root.Values.retentionResources
            "hasLocks" false
            "affinity" .root.Values.affinity
            "env" (include "backup-ns.env" (dict "where" .where "values" .values "defaults" .defaults "podVariable" (printf "%s_POD" (.command | upper | replace "-" "_"))))
          ) | trim | nindent 10 }}
{{- end }}
