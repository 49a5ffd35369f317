{{/*
A release of its own is called as the user has called it, a subchart as charts are by convention: the objects of its parent may
have the name of the release.
*/}}
{{- define "backup-ns.fullname" -}}
{{- include "backup-ns.complete" . }}
{{- $part := .Values.nameOverride | default (.Chart.IsRoot | ternary "" .Chart.Name) }}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride }}
{{- else if and $part (or (not .Chart.IsRoot) (not (contains $part .Release.Name))) }}{{ printf "%s-%s" .Release.Name $part }}
{{- else }}{{ .Release.Name }}
{{- end }}
{{- end }}

{{/*
The name of the objects of one CronJob; takes root and suffix. A name of a CronJob has at most 52 characters: of a longer one the
beginning, and a digest of the whole, so that no two become the same.
*/}}
{{- define "backup-ns.name" -}}
{{- $first := include "backup-ns.fullname" .root }}
{{- $whole := list $first .suffix | compact | join "-" }}
{{- if le (len $whole) 52 }}{{ $whole }}
{{- else }}
{{- $end := list (sha256sum $whole | trunc 8) .suffix | compact | join "-" }}
{{- printf "%s-%s" ($first | trunc (int (sub 51 (len $end))) | trimAll "-.") $end }}
{{- end }}
{{- end }}

{{/*
Of what is of no namespace; takes root and suffix. b-c in a and c in a-b differ by their digests.
*/}}
{{- define "backup-ns.clusterName" -}}
{{- $name := include "backup-ns.name" . }}
{{- $namespace := .root.Release.Namespace }}
{{- printf "%s-%s-%s" $namespace $name (printf "%s/%s" $namespace $name | sha256sum | trunc 8) }}
{{- end }}

{{- define "backup-ns.account" -}}
{{- .values.serviceAccountName | default (include "backup-ns.name" .) }}
{{- end }}

{{- define "backup-ns.image" -}}
{{- $tag := .Values.image.tag | default (empty .Values.image.digest | ternary .Chart.AppVersion "") }}
{{- .Values.image.repository }}{{ with $tag }}:{{ . }}{{ end }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Labels and annotations, which are texts and no numbers. */}}
{{- define "backup-ns.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- if not (kindIs "invalid" $value) }}
{{- $_ := set $texts $key (include "backup-ns.text" $value) }}
{{- end }}
{{- end }}
{{- toYaml $texts }}
{{- end }}

{{/* By these pods are found; takes root and component. */}}
{{- define "backup-ns.selectorLabels" -}}
{{- $name := .root.Values.nameOverride | default .root.Chart.Name }}
{{- dict "app.kubernetes.io/name" $name "app.kubernetes.io/instance" .root.Release.Name "app.kubernetes.io/component" .component | toJson }}
{{- end }}

{{- define "backup-ns.labels" -}}
{{- $labels := include "backup-ns.selectorLabels" . | fromJson }}
{{- $_ := set $labels "app.kubernetes.io/version" .root.Chart.AppVersion }}
{{- $_ := set $labels "app.kubernetes.io/managed-by" .root.Release.Service }}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63) }}
{{- include "backup-ns.texts" (include "backup-ns.over" (list .root.Values.commonLabels $labels) | fromJson) }}
{{- end }}

{{/* The metadata of an object; takes root, name, component and annotations of its own. */}}
{{- define "backup-ns.metadata" -}}
name: {{ .name }}
{{- with .namespace }}
namespace: {{ . }}
{{- end }}
labels:
  {{- include "backup-ns.labels" . | nindent 2 }}
{{- with include "backup-ns.over" (list .root.Values.commonAnnotations (.annotations | default dict)) | fromJson }}
annotations:
  {{- include "backup-ns.texts" . | nindent 2 }}
{{- end }}
{{- end }}
