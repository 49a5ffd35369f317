{{/* values.yaml, by `npm run docs`: for sections that are null, and values that an earlier version did not have. */}}
{{- define "backup-ns.defaults" -}}
{
  "nameOverride": "",
  "fullnameOverride": "",
  "commonLabels": {},
  "commonAnnotations": {},
  "image": {
    "repository": "ghcr.io/backup-ns/backup-ns",
    "tag": "",
    "digest": "",
    "pullPolicy": "IfNotPresent"
  },
  "imagePullSecrets": [],
  "create": {
    "enabled": true,
    "schedule": "30 4 * * *",
    "timeZone": "Etc/UTC",
    "suspend": false,
    "activeDeadlineSeconds": 21600,
    "backoffLimit": 2,
    "startingDeadlineSeconds": 3600,
    "ttlSecondsAfterFinished": null,
    "settings": {},
    "hooks": [],
    "nearDatabase": "preferred",
    "databaseLabels": {},
    "extraEnv": [],
    "extraEnvFrom": [],
    "extraVolumes": [],
    "extraVolumeMounts": [],
    "resources": {
      "requests": {
        "cpu": "50m",
        "memory": "128Mi",
        "ephemeral-storage": "16Mi"
      },
      "limits": {
        "cpu": "1",
        "memory": "256Mi",
        "ephemeral-storage": "256Mi"
      }
    },
    "serviceAccountName": ""
  },
  "backups": {},
  "retain": {
    "enabled": false,
    "schedule": "0 6 * * *",
    "timeZone": "Etc/UTC",
    "suspend": false,
    "activeDeadlineSeconds": 3600,
    "startingDeadlineSeconds": 3600,
    "ttlSecondsAfterFinished": null,
    "settings": {},
    "extraEnv": [],
    "extraEnvFrom": [],
    "extraVolumes": [],
    "extraVolumeMounts": [],
    "serviceAccountName": ""
  },
  "markAndDelete": {
    "enabled": false,
    "schedule": "0 7 * * *",
    "timeZone": "Etc/UTC",
    "suspend": false,
    "activeDeadlineSeconds": 21600,
    "startingDeadlineSeconds": 3600,
    "ttlSecondsAfterFinished": null,
    "retainedContents": true,
    "settings": {},
    "extraEnv": [],
    "extraEnvFrom": [],
    "extraVolumes": [],
    "extraVolumeMounts": [],
    "serviceAccountName": ""
  },
  "syncMetadata": {
    "enabled": false,
    "schedule": "15 * * * *",
    "timeZone": "Etc/UTC",
    "suspend": false,
    "activeDeadlineSeconds": 3600,
    "startingDeadlineSeconds": 3600,
    "ttlSecondsAfterFinished": null,
    "settings": {},
    "extraEnv": [],
    "extraEnvFrom": [],
    "extraVolumes": [],
    "extraVolumeMounts": [],
    "serviceAccountName": ""
  },
  "retentionResources": {
    "requests": {
      "cpu": "50m",
      "memory": "128Mi",
      "ephemeral-storage": "16Mi"
    },
    "limits": {
      "cpu": "1",
      "memory": "512Mi",
      "ephemeral-storage": "256Mi"
    }
  },
  "locks": {
    "kind": "none",
    "hostPath": "/mnt/host-backup-locks",
    "prepare": true,
    "claimName": ""
  },
  "rbac": {
    "create": true,
    "cluster": true
  },
  "serviceAccount": {
    "annotations": {}
  },
  "networkPolicy": {
    "enabled": false,
    "apiServerPorts": [
      443,
      6443
    ],
    "extraEgress": []
  },
  "podSecurityContext": {
    "runAsNonRoot": true,
    "runAsUser": 65532,
    "runAsGroup": 65532,
    "fsGroup": 65532,
    "fsGroupChangePolicy": "OnRootMismatch",
    "seccompProfile": {
      "type": "RuntimeDefault"
    }
  },
  "openshift": false,
  "containerSecurityContext": {
    "allowPrivilegeEscalation": false,
    "readOnlyRootFilesystem": true,
    "capabilities": {
      "drop": [
        "ALL"
      ]
    }
  },
  "successfulJobsHistoryLimit": 3,
  "failedJobsHistoryLimit": 3,
  "podAnnotations": {},
  "podLabels": {},
  "priorityClassName": "",
  "nodeSelector": {},
  "tolerations": [],
  "affinity": {},
  "extraObjects": []
}
{{- end }}
