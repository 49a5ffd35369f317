{{/* What a backup may do in its namespace; takes settings and execs. */}}
{{- define "backup-ns.createRules" -}}
{{- $execs := .execs }}
{{- $isGroup := include "backup-ns.text" .settings.BAK_VS_GROUP_SELECTOR }}
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get{{ if $isGroup }}, list{{ end }}]
{{- range $workloads := list "deployments" "statefulsets" }}
{{- with get $execs $workloads }}
- apiGroups: [apps]
  resources: [{{ $workloads }}]
  resourceNames: {{ toJson . }}
  verbs: [get]
{{- end }}
{{- end }}
# Its own pod tells who wants the backup, and gets the event of how it ended.
- apiGroups: [""]
  resources: [pods]
  verbs: [get{{ if $execs.isLookedFor }}, list{{ end }}]
{{- if or $execs.isLookedFor $execs.pods }}
# A WebSocket starts as a GET, and needs both verbs since Kubernetes 1.35.
- apiGroups: [""]
  resources: [pods/exec]
  {{- if not $execs.isLookedFor }}
  resourceNames: {{ toJson $execs.pods }}
  {{- end }}
  verbs: [get, create]
{{- end }}
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [get, list, watch, create, patch]
{{- if $isGroup }}
# A group that was left unfinished is not a backup, and is deleted.
- apiGroups: [groupsnapshot.storage.k8s.io]
  resources: [volumegroupsnapshots]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
# How a backup ended is an event of its Job and its CronJob.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
# One backup of the namespace at a time. There is no right to create an object of one name only.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [backup-ns]
  verbs: [get, list, watch, patch]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
{{- end }}

{{/*
Of the cluster, read only: which driver a volume is of, which classes can snapshot it, and who else has the data of a group that is
to be discarded.
*/}}
{{- define "backup-ns.createClusterRules" -}}
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [get]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotclasses]
  verbs: [list]
# The time of the API server, by which a wrong clock is found.
- nonResourceURLs: [/version]
  verbs: [get]
{{- if include "backup-ns.text" .settings.BAK_VS_GROUP_SELECTOR }}
- apiGroups: [groupsnapshot.storage.k8s.io]
  resources: [volumegroupsnapshotclasses]
  verbs: [list]
- apiGroups: [groupsnapshot.storage.k8s.io]
  resources: [volumegroupsnapshotcontents]
  verbs: [get, list]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotcontents]
  verbs: [get, list]
{{- end }}
{{- end }}
