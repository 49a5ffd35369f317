{{/*
What a backup execs into, as JSON: names of deployments, statefulsets and pods, and whether pods are looked for by labels or
volumes. The same as permissionsFor in src/backup/permissions.ts. Takes values, settings and dumped.
*/}}
{{- define "backup-ns.execs" -}}
{{- $settings := .settings }}
{{- $resources := list }}
{{- range .dumped }}
{{- $resources = append $resources (index $settings (printf "%s_EXEC_RESOURCE" .)) }}
{{- end }}
{{- $hooks := .values.hooks }}
{{- with $settings.BAK_HOOKS }}
{{- $hooks = kindIs "string" . | ternary (fromJsonArray (toString .)) . }}
{{- end }}
{{- range $hooks }}
{{- if kindIs "map" . }}
{{- $resources = append $resources (get . "exec" | toString) }}
{{- end }}
{{- end }}
{{- $names := dict "deployments" list "statefulsets" list "pods" list }}
{{- $isLookedFor := ne ($settings.BAK_QUIESCE | default "none") "none" }}
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
