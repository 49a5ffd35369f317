{{/*
What a backup of these settings execs into, as JSON: names of deployments, statefulsets and pods, and whether pods are looked
for by labels or volumes. The same as permissionsFor in src/backup/permissions.ts; what the settings leave out has their
defaults.
*/}}
{{- define "backup-ns.execs" -}}
{{- $settings := .Values.create.settings }}
{{- range .Values.create.extraEnv }}
{{- if regexMatch "^BAK_(DB_POSTGRES|DB_MYSQL|DB_(POSTGRES|MYSQL)_EXEC_RESOURCE|HOOKS|QUIESCE|VS_GROUP_SELECTOR)$" .name }}
{{- fail (printf "%s stands in create.extraEnv, but the rights of the backup's account follow from it; move it to create.settings" .name) }}
{{- end }}
{{- end }}
{{- $resources := list }}
{{- range list "BAK_DB_POSTGRES" "BAK_DB_MYSQL" }}
{{- if has (get $settings . | toString | lower) (list "true" "1" "yes") }}
{{- $resources = append $resources (get $settings (printf "%s_EXEC_RESOURCE" .) | default "deployment/app-base") }}
{{- end }}
{{- end }}
{{- $hooks := .Values.create.hooks }}
{{- with $settings.BAK_HOOKS }}
{{- $hooks = fromJsonArray . }}
{{- end }}
{{- range $hooks }}
{{- if kindIs "map" . }}
{{- $resources = append $resources (get . "exec" | toString) }}
{{- end }}
{{- end }}
{{- $names := dict "deployments" list "statefulsets" list "pods" list }}
{{- $isLookedFor := ne (get $settings "BAK_QUIESCE" | default "none") "none" }}
{{- /* Without an s at the end, "sts" too. */}}
{{- $kinds := dict "deploy" "deployments" "deployment" "deployments" "st" "statefulsets" "statefulset" "statefulsets" "po" "pods" "pod" "pods" }}
{{- range $resources }}
{{- $kind := get $kinds (splitList "/" . | first | lower | trimSuffix "s") }}
{{- if regexMatch "[=!(]" . }}
{{- $isLookedFor = true }}
{{- else if $kind }}
{{- $_ := set $names $kind (append (get $names $kind) (splitList "/" . | last) | uniq) }}
{{- if ne $kind "pods" }}
{{- $isLookedFor = true }}
{{- end }}
{{- end }}
{{- end }}
{{- merge (dict "isLookedFor" $isLookedFor) $names | toJson }}
{{- end }}
