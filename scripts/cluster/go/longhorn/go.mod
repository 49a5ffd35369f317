module backup-ns.sh/cluster/longhorn

go 1.26.0
