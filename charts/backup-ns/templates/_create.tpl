{{/* Everything that is known of one backup, as JSON; takes root, suffix, where and values. */}}
{{- define "backup-ns.backup" -}}
{{- $backup := include "backup-ns.over" (list (include "backup-ns.createSettings" . | fromJson) (pick . "where" "values" "suffix")) | fromJson }}
{{- $_ := set $backup "execs" (include "backup-ns.execs" $backup | fromJson) }}
{{- toJson $backup }}
{{- end }}

{{/* The spec of its pod; takes root and what backup-ns.backup gives. */}}
{{- define "backup-ns.createPod" -}}
{{- $values := set (omit .values "settings") "settings" .settings }}
{{- include "backup-ns.podSpec" (dict
  "root" .root
  "values" .values
  "container" "create"
  "args" .args
  "account" (include "backup-ns.account" .)
  "resources" .values.resources
  "gracePeriod" 60
  "hasLocks" true
  "affinity" (include "backup-ns.affinity" . | fromJson)
  "env" (include "backup-ns.env" (dict "where" .where "values" $values "defaults" .defaults "podVariable" "BAK_LABEL_VS_POD"))
) }}
{{- end }}
