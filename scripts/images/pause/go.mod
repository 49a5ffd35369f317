module backup-ns.sh/pause

go 1.19
