{{/*
Of a class that deletes the data with the namespace; takes root, where and name. Looked for only by who may grant the right to list
them; without a cluster, as in `helm template`, nothing is known.
*/}}
{{- define "backup-ns.classWarning" -}}
{{- $api := "snapshot.storage.k8s.io/v1" }}
{{- $rbac := .root.Values.rbac }}
{{- if and $rbac.create $rbac.cluster (.root.Capabilities.APIVersions.Has (printf "%s/VolumeSnapshotClass" $api)) }}
{{- $classes := (lookup $api "VolumeSnapshotClass" "" "").items }}
{{- if not $classes }}
WARNING: this cluster has no VolumeSnapshotClass, without which there are no snapshots.
{{- end }}
{{- $name := .name }}
{{- $where := .where }}
{{- range $classes }}
{{- $isDefault := eq (index (.metadata.annotations | default dict) "snapshot.storage.kubernetes.io/is-default-class" | toString) "true" }}
{{- if and (eq .deletionPolicy "Delete") (ternary (eq .metadata.name $name) $isDefault (ne $name "")) }}
WARNING: VolumeSnapshotClass {{ .metadata.name }} has deletionPolicy Delete: who deletes this namespace deletes its backups. Keep them with a
class of your own, and name it in {{ $where }}.settings.BAK_VS_CLASS_NAME:
  kubectl apply -f - <<EOF
  apiVersion: snapshot.storage.k8s.io/v1
  kind: VolumeSnapshotClass
  metadata: { name: {{ .metadata.name }}-retain }
  driver: {{ .driver }}
  deletionPolicy: Retain
  {{- with .parameters }}
  parameters: {{ toJson . }}
  {{- end }}
  EOF
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* What cannot run in this namespace, or has no slots. Who may use host paths may read the namespace. */}}
{{- define "backup-ns.placeWarnings" -}}
{{- $kind := include "backup-ns.locks" . }}
{{- if eq $kind "none" }}
Backups on one node do not wait for each other (locks.kind is none).
{{- else if eq $kind "hostPath" }}
{{- $namespace := lookup "v1" "Namespace" "" .Release.Namespace }}
{{- with (($namespace.metadata).labels) }}
{{- $level := index . "pod-security.kubernetes.io/enforce" | default "privileged" }}
{{- if ne $level "privileged" }}
WARNING: Pod Security "{{ $level }}" of namespace {{ $.Release.Namespace }} allows no host path: no pod will start. Set locks.kind to none or pvc.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
