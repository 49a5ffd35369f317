module backup-ns.sh/cluster/node-init

go 1.26.0
