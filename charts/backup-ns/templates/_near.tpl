{{/*
By which labels the pods of the databases are found, as a JSON list of {of, selector}; selector is null where it is not known.
Takes root, values, settings and dumped.
*/}}
{{- define "backup-ns.databasePods" -}}
{{- $found := list }}
{{- range .dumped }}
{{- $of := index $.settings (printf "%s_EXEC_RESOURCE" .) | toString }}
{{- $kind := splitList "/" $of | first | lower | trimSuffix "s" }}
{{- $name := splitList "/" $of | last }}
{{- $selector := dict }}
{{- if $.values.databaseLabels }}
{{- $_ := set $selector "matchLabels" (include "backup-ns.texts" $.values.databaseLabels | fromYaml) }}
{{- else if regexMatch "[=!(]" $of }}
{{- $selector = include "backup-ns.selector" $of | fromJson }}
{{- else if has $kind (list "po" "pod") }}
{{- $_ := set $selector "matchLabels" (dict "statefulset.kubernetes.io/pod-name" $name) }}
{{- else if has $kind (list "st" "statefulset") }}
{{- $_ := set $selector "matchLabels" (dict "statefulset.kubernetes.io/pod-name" (printf "%s-0" $name)) }}
{{- else if $.root.Values.rbac.create }}
{{- /* Who may grant the right to read it has it. Without a cluster, nothing is found. */}}
{{- with lookup "apps/v1" "Deployment" $.root.Release.Namespace $name }}
{{- $selector = .spec.selector }}
{{- end }}
{{- end }}
{{- $found = append $found (dict "of" $of "selector" $selector) }}
{{- end }}
{{- toJson $found }}
{{- end }}

{{/* A label selector as kubectl takes it, as that of an API object: `app=db,role!=replica,tier in (a,b),!gone`. */}}
{{- define "backup-ns.selector" -}}
{{- $terms := list }}
{{- range regexFindAll "[^,()]+(\\([^)]*\\))?" . -1 }}
{{- $term := trim . }}
{{- $set := regexFindAll "[^,()\\s]+" (regexFind "\\(.*\\)" $term) -1 }}
{{- $words := regexFindAll "[^\\s=!()]+" $term -1 }}
{{- $operator := "Exists" }}
{{- $values := list }}
{{- if regexMatch "\\snotin\\s*\\(" $term }}
{{- $operator = "NotIn" }}
{{- $values = $set }}
{{- else if regexMatch "\\sin\\s*\\(" $term }}
{{- $operator = "In" }}
{{- $values = $set }}
{{- else if hasPrefix "!" $term }}
{{- $operator = "DoesNotExist" }}
{{- else if contains "=" $term }}
{{- $operator = contains "!=" $term | ternary "NotIn" "In" }}
{{- $values = list (index $words 1 | default "") }}
{{- end }}
{{- $one := dict "key" (first $words) "operator" $operator }}
{{- if $values }}
{{- $_ := set $one "values" $values }}
{{- end }}
{{- $terms = append $terms $one }}
{{- end }}
{{- dict "matchExpressions" $terms | toJson }}
{{- end }}

{{/* The affinity of the pod of a backup, as JSON; takes root, where, values, settings and dumped. */}}
{{- define "backup-ns.affinity" -}}
{{- $terms := list }}
{{- $near := .values.nearDatabase }}
{{- if ne $near "none" }}
{{- range include "backup-ns.databasePods" . | fromJsonArray }}
{{- if .selector }}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" .selector }}
{{- $terms = append $terms (eq $near "required" | ternary $term (dict "weight" 100 "podAffinityTerm" $term)) }}
{{- else if eq $near "required" }}
{{- fail (printf "The labels of the pod of %s are not known, which %s.nearDatabase=required needs; set %s.databaseLabels to them, as kubectl get pods --show-labels shows them" .of $.where $.where) }}
{{- end }}
{{- end }}
{{- end }}
{{- $affinity := dict }}
{{- with $terms }}
{{- $rule := eq $near "required" | ternary "requiredDuringSchedulingIgnoredDuringExecution" "preferredDuringSchedulingIgnoredDuringExecution" }}
{{- $_ := set $affinity "podAffinity" (dict $rule .) }}
{{- end }}
{{- include "backup-ns.over" (list $affinity .root.Values.affinity) }}
{{- end }}
