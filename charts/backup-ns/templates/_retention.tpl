{{/*
A CronJob that looks at the snapshots of the whole cluster, with a service account and a ClusterRole of its own.
Takes root, command, values, defaults (settings) and rules.
*/}}
{{- define "backup-ns.retention" -}}
{{- $root := .root }}
{{- $name := printf "%s-%s" $root.Release.Name .command }}
{{- $clusterName := printf "%s-%s" $root.Release.Namespace $name }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  labels:
    {{- include "backup-ns.labels" $root | nindent 4 }}
  {{- with $root.Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $clusterName }}
  labels:
    {{- include "backup-ns.labels" $root | nindent 4 }}
rules:
  {{- toYaml .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $clusterName }}
  labels:
    {{- include "backup-ns.labels" $root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ $clusterName }}
subjects:
  - kind: ServiceAccount
    name: {{ $name }}
    namespace: {{ $root.Release.Namespace }}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ $name }}
  labels:
    {{- include "backup-ns.labels" $root | nindent 4 }}
spec:
  schedule: {{ .values.schedule | quote }}
  timeZone: {{ .values.timeZone | quote }}
  suspend: {{ .values.suspend }}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: {{ $root.Values.successfulJobsHistoryLimit }}
  failedJobsHistoryLimit: {{ $root.Values.failedJobsHistoryLimit }}
  jobTemplate:
    metadata:
      labels:
        {{- include "backup-ns.labels" $root | nindent 8 }}
    spec:
      activeDeadlineSeconds: {{ .values.activeDeadlineSeconds }}
      # What failed is looked at anew in the next run.
      backoffLimit: 0
      template:
        metadata:
          labels:
            {{- include "backup-ns.labels" $root | nindent 12 }}
            {{- with $root.Values.podLabels }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- with $root.Values.podAnnotations }}
          annotations:
            {{- toYaml . | nindent 12 }}
          {{- end }}
        spec:
          serviceAccountName: {{ $name }}
          restartPolicy: Never
          enableServiceLinks: false
          {{- with $root.Values.imagePullSecrets }}
          imagePullSecrets:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          securityContext:
            {{- include "backup-ns.podSecurityContext" $root | nindent 12 }}
          containers:
            - name: {{ .command }}
              image: {{ include "backup-ns.image" $root }}
              imagePullPolicy: {{ $root.Values.image.pullPolicy }}
              args: [{{ .command }}]
              terminationMessagePolicy: FallbackToLogsOnError
              env:
                - name: TZ
                  value: {{ .values.timeZone | quote }}
                {{- range $variable, $value := merge (dict) .values.settings .defaults }}
                - name: {{ $variable }}
                  value: {{ $value | quote }}
                {{- end }}
              resources:
                {{- toYaml $root.Values.retentionResources | nindent 16 }}
              securityContext:
                {{- include "backup-ns.securityContext" $root | nindent 16 }}
          {{- include "backup-ns.placement" $root | nindent 10 }}
{{- end }}
