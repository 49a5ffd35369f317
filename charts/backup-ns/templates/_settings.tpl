{{/*
The variables of a container, as a YAML list; takes where, values, defaults, and the variable that tells it the name of its pod. What a
user says wins, in settings or in extraEnv, but not in both: an API server refuses that, or takes the last.
*/}}
{{- define "backup-ns.env" -}}
{{- $settings := .values.settings | default dict }}
{{- $where := .where }}
{{- $extra := dict }}
{{- range .values.extraEnv }}
{{- if hasKey $extra .name }}
{{- fail (printf "%s stands twice in %s.extraEnv; leave one of them" .name $where) }}
{{- else if eq .name "TZ" }}
{{- fail (printf "TZ stands in %s.extraEnv, but is %s.timeZone; set that instead" $where $where) }}
{{- else if hasKey $settings .name }}
{{- fail (printf "%s stands in %s.settings and in %s.extraEnv; leave one of them" .name $where $where) }}
{{- end }}
{{- $_ := set $extra .name true }}
{{- end }}
- name: TZ
  value: {{ include "backup-ns.literal" .values.timeZone | quote }}
{{- if not (or (hasKey $settings .podVariable) (hasKey $extra .podVariable)) }}
- name: {{ .podVariable }}
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- end }}
{{- $all := dict }}
{{- range $name, $value := .defaults }}
{{- if not (hasKey $extra $name) }}
{{- $_ := set $all $name $value }}
{{- end }}
{{- end }}
{{- range $name, $value := $settings }}
{{- $_ := set $all $name $value }}
{{- end }}
{{- range $name, $value := $all }}
{{- if not (kindIs "invalid" $value) }}
- name: {{ $name }}
  value: {{ include "backup-ns.literal" $value | quote }}
{{- end }}
{{- end }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
What must be said of a backup is said, or helm says what is missing; takes root, where and values. Gives {settings, defaults}
as JSON: which databases are dumped follows from what is said of them.
*/}}
{{- define "backup-ns.createSettings" -}}
{{- $where := .where }}
{{- $settings := .values.settings | default dict }}
{{- $extra := list }}
{{- range .values.extraEnv }}
{{- $extra = append $extra .name }}
{{- if regexMatch "^BAK_(DB_SKIP|DB_POSTGRES|DB_MYSQL|DB_(POSTGRES|MYSQL)_EXEC_RESOURCE|HOOKS|QUIESCE|VS_GROUP_SELECTOR|NAMESPACE)$" .name }}
{{- fail (printf "%s stands in %s.extraEnv, but the rights of the backup's account follow from it; move it to %s.settings" .name $where $where) }}
{{- end }}
{{- end }}
{{- $isSkipped := include "backup-ns.isTrue" $settings.BAK_DB_SKIP }}
{{- $defaults := dict "BAK_LABEL_VS_TYPE" "cronjob" "BAK_LABEL_VS_RETAIN" "daily_weekly_monthly" }}
{{- $problems := list }}
{{- if not (or (include "backup-ns.text" $settings.BAK_PVC_NAME) (has "BAK_PVC_NAME" $extra)) }}
{{- $problems = append $problems (printf "set %s.settings.BAK_PVC_NAME to the PersistentVolumeClaims to back up" $where) }}
{{- end }}
{{- $dumped := list }}
{{- range $engine := list "BAK_DB_POSTGRES" "BAK_DB_MYSQL" }}
{{- $resource := include "backup-ns.text" (index $settings (printf "%s_EXEC_RESOURCE" $engine)) }}
{{- $said := include "backup-ns.text" (index $settings $engine) }}
{{- $isWanted := include "backup-ns.isTrue" $said }}
{{- if and (not $said) (not $isSkipped) $resource }}
{{- $isWanted = "true" }}
{{- $_ := set $defaults $engine "true" }}
{{- $settings = omit $settings $engine }}
{{- end }}
{{- if $isWanted }}
{{- $dumped = append $dumped $engine }}
{{- if $isSkipped }}
{{- $problems = append $problems (printf "leave out %s.settings.%s or %s.settings.BAK_DB_SKIP, as both are true" $where $engine $where) }}
{{- else if not $resource }}
{{- $problems = append $problems (printf "set %s.settings.%s_EXEC_RESOURCE to where the database runs, such as deployment/shop" $where $engine) }}
{{- end }}
{{- end }}
{{- end }}
{{- if not (or $isSkipped $dumped) }}
{{- $problems = append $problems (printf "set %s.settings.BAK_DB_POSTGRES_EXEC_RESOURCE or BAK_DB_MYSQL_EXEC_RESOURCE to where the database runs, such as deployment/shop, or %s.settings.BAK_DB_SKIP=true to snapshot without a dump" $where $where) }}
{{- end }}
{{- $namespace := include "backup-ns.text" $settings.BAK_NAMESPACE }}
{{- if and $namespace (ne $namespace .root.Release.Namespace) }}
{{- $problems = append $problems (printf "leave out %s.settings.BAK_NAMESPACE: a release backs up the namespace that it is installed in; install one with --namespace %s" $where $namespace) }}
{{- end }}
{{- if not .root.Values.rbac.cluster }}
{{- if include "backup-ns.text" $settings.BAK_VS_GROUP_SELECTOR }}
{{- $problems = append $problems (printf "leave out %s.settings.BAK_VS_GROUP_SELECTOR, or rbac.cluster=false: groups of snapshots need rights in the whole cluster" $where) }}
{{- end }}
{{- if and .root.Values.rbac.create (not (or (include "backup-ns.text" $settings.BAK_VS_CLASS_NAME) (has "BAK_VS_CLASS_NAME" $extra))) }}
{{- $problems = append $problems (printf "set %s.settings.BAK_VS_CLASS_NAME to a VolumeSnapshotClass: with rbac.cluster=false the account may not list them" $where) }}
{{- end }}
{{- end }}
{{- with $problems }}
{{- fail (printf "This does not say what is to be backed up; %s" (join "; " .)) }}
{{- end }}
{{- if ne (include "backup-ns.locks" .root) "none" }}
{{- $_ := set $defaults "BAK_FLOCK" "true" }}
{{- $_ := set $defaults "BAK_FLOCK_DIR" "/locks" }}
{{- end }}
{{- with .values.hooks }}
{{- $_ := set $defaults "BAK_HOOKS" (toJson .) }}
{{- end }}
{{- dict "settings" $settings "defaults" $defaults "dumped" $dumped | toJson }}
{{- end }}

{{/* Of what kind the folder of lock files is. Before there was locks.kind, locks.enabled said whether it is a hostPath. */}}
{{- define "backup-ns.locks" -}}
{{- $locks := .Values.locks }}
{{- if eq (toString $locks.enabled) "false" }}none
{{- else if and $locks.enabled (eq $locks.kind "none") }}hostPath
{{- else }}{{ $locks.kind }}
{{- end }}
{{- end }}
