{{/*
Gives sections and values that are null, or that an earlier version did not have (--reuse-values), their defaults. What is in
settings, resources and the like stays as it was said. Prints nothing; each template calls it first.
*/}}
{{- define "backup-ns.complete" -}}
{{- if not .Values.isComplete }}
{{- $_ := set .Values "isComplete" true }}
{{- range $key, $default := include "backup-ns.defaults" . | fromJson }}
{{- if kindIs "invalid" (index $.Values $key) }}
{{- $_ := set $.Values $key $default }}
{{- else if has $key (list "image" "create" "retain" "markAndDelete" "syncMetadata" "locks" "rbac" "serviceAccount" "networkPolicy") }}
{{- $section := index $.Values $key }}
{{- range $name, $value := $default }}
{{- if kindIs "invalid" (index $section $name) }}
{{- $_ := set $section $name $value }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
The backups of this release, as a JSON list of {suffix, where, values}: that of `create`, and those of `backups`.
*/}}
{{- define "backup-ns.backups" -}}
{{- include "backup-ns.complete" . }}
{{- $backups := list }}
{{- if .Values.create.enabled }}
{{- $backups = append $backups (dict "suffix" "" "where" "create" "values" .Values.create) }}
{{- end }}
{{- $own := list "enabled" "settings" "hooks" "extraEnv" "extraEnvFrom" "extraVolumes" "extraVolumeMounts" "databaseLabels" "serviceAccountName" }}
{{- $defaults := index (include "backup-ns.defaults" . | fromJson) "create" }}
{{- range $name, $given := .Values.backups }}
{{- if has $name (list "retain" "mark-and-delete" "sync-metadata" "now" "dry-run") }}
{{- fail (printf "backups.%s would have the name of something else of the release; call it otherwise" $name) }}
{{- end }}
{{- $values := dict }}
{{- range $key, $default := $defaults }}
{{- $value := has $key $own | ternary $default (index $.Values.create $key) }}
{{- $said := index ($given | default dict) $key }}
{{- $_ := set $values $key (kindIs "invalid" $said | ternary $value $said) }}
{{- end }}
{{- if $values.enabled }}
{{- $backups = append $backups (dict "suffix" $name "where" (printf "backups.%s" $name) "values" $values) }}
{{- end }}
{{- end }}
{{- toJson $backups }}
{{- end }}

{{/* A value as the text of a variable: 10000000 and not 1e+07, and lists as JSON. */}}
{{- define "backup-ns.text" -}}
{{- if kindIs "string" . }}{{ . }}{{ else if not (kindIs "invalid" .) }}{{ toJson . }}{{ end }}
{{- end }}

{{/* The same, so that the kubelet leaves it as it is: it takes $$ for $, and $(NAME) for the variable NAME. */}}
{{- define "backup-ns.literal" -}}
{{ include "backup-ns.text" . | replace "$" "$$" }}
{{- end }}

{{/*
The maps of a list in one, as JSON: the later ones win, whatever their values. Sprig's merge takes false, 0 and "" for unset.
*/}}
{{- define "backup-ns.over" -}}
{{- $all := dict }}
{{- range . }}
{{- range $key, $value := . }}
{{- $_ := set $all $key $value }}
{{- end }}
{{- end }}
{{- toJson $all }}
{{- end }}

{{- define "backup-ns.isTrue" -}}
{{- if has (include "backup-ns.text" . | lower) (list "true" "1" "yes") }}true{{ end }}
{{- end }}
