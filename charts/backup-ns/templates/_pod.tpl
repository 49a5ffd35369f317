{{/*
The spec of a pod with one container; takes root, values, container, args, account, resources, affinity, env (YAML), and whether it
has the locks.
*/}}
{{- define "backup-ns.podSpec" -}}
{{- $values := .root.Values }}
{{- $locks := .hasLocks | ternary (include "backup-ns.locks" .root) "none" }}
serviceAccountName: {{ .account }}
restartPolicy: Never
{{- with .gracePeriod }}
# Time to stop a dump and to clean up after it.
terminationGracePeriodSeconds: {{ . }}
{{- end }}
enableServiceLinks: false
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.openshift | ternary (omit $values.podSecurityContext "runAsUser" "runAsGroup" "fsGroup") $values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if and (eq $locks "hostPath") $values.locks.prepare }}
initContainers:
  - name: prepare-locks
    image: {{ include "backup-ns.image" .root | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    # Root without a single capability: it may still change what it owns. With the sticky bit, nobody takes away
    # what another user has put there.
    command: [chmod, "1777", /locks]
    resources:
      {{- toYaml .resources | nindent 6 }}
    securityContext:
      {{- include "backup-ns.over" (list $values.containerSecurityContext (dict "runAsNonRoot" false "runAsUser" 0)) | fromJson | toYaml | nindent 6 }}
    volumeMounts:
      - name: locks
        mountPath: /locks
{{- end }}
containers:
  - name: {{ .container }}
    image: {{ include "backup-ns.image" .root | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args: {{ toJson .args }}
    # The end of the log says why it failed; it is shown by: kubectl describe pod
    terminationMessagePolicy: FallbackToLogsOnError
    env:
      {{- .env | trim | nindent 6 }}
    {{- with .values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    resources:
      {{- toYaml .resources | nindent 6 }}
    {{- with $values.containerSecurityContext }}
    securityContext:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- if or (ne $locks "none") .values.extraVolumeMounts }}
    volumeMounts:
      {{- if ne $locks "none" }}
      - name: locks
        mountPath: /locks
      {{- end }}
      {{- with .values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- end }}
{{- if or (ne $locks "none") .values.extraVolumes }}
volumes:
  {{- if eq $locks "hostPath" }}
  - name: locks
    hostPath:
      path: {{ $values.locks.hostPath }}
      type: DirectoryOrCreate
  {{- else if eq $locks "pvc" }}
  - name: locks
    persistentVolumeClaim:
      claimName: {{ required "Set locks.claimName to the PersistentVolumeClaim that has the lock files, as locks.kind is pvc" $values.locks.claimName }}
  {{- end }}
  {{- with .values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- include "backup-ns.texts" . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The metadata of a pod, without a name; takes root and component. */}}
{{- define "backup-ns.podMetadata" -}}
{{- $labels := list (include "backup-ns.labels" . | fromYaml) .root.Values.podLabels (include "backup-ns.selectorLabels" . | fromJson) }}
labels:
  {{- include "backup-ns.texts" (include "backup-ns.over" $labels | fromJson) | nindent 2 }}
{{- with include "backup-ns.over" (list .root.Values.commonAnnotations .root.Values.podAnnotations) | fromJson }}
annotations:
  {{- include "backup-ns.texts" . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What all CronJobs have in common; takes root and values. */}}
{{- define "backup-ns.schedule" -}}
schedule: {{ .values.schedule | quote }}
timeZone: {{ .values.timeZone | quote }}
suspend: {{ .values.suspend }}
concurrencyPolicy: Forbid
startingDeadlineSeconds: {{ int64 .values.startingDeadlineSeconds }}
successfulJobsHistoryLimit: {{ int64 .root.Values.successfulJobsHistoryLimit }}
failedJobsHistoryLimit: {{ int64 .root.Values.failedJobsHistoryLimit }}
{{- end }}

{{- define "backup-ns.jobLimits" -}}
activeDeadlineSeconds: {{ int64 .values.activeDeadlineSeconds }}
{{- if not (kindIs "invalid" .values.ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ int64 .values.ttlSecondsAfterFinished }}
{{- end }}
{{- end }}
