// Command driver is a CSI driver for test clusters of one node.
//
// Its volumes behave like disks: each is an ext4 image of its own size, mounted
// through a loop device, on an XFS pool that lives in one sparse file. Volumes
// fill up for real, freeze for real, and a snapshot is what a storage array
// would give: an instant copy of the blocks.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

type options struct {
	endpoint        string
	registrationDir string
	nodeID          string
	pool            string
	poolSize        string
	driverName      string
	recover         bool
}

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	if err := run(parseFlags()); err != nil {
		fmt.Fprintf(os.Stderr, "driver: %v\n", err)
		os.Exit(1)
	}
}

func parseFlags() options {
	var o options
	flag.StringVar(&o.endpoint, "endpoint", "", "unix socket to serve CSI on (required)")
	flag.StringVar(&o.registrationDir, "registration-dir", "", "the kubelet's plugins_registry folder; empty: do not register")
	flag.StringVar(&o.nodeID, "node-id", "", "name of this node (default: the host name)")
	flag.StringVar(&o.pool, "pool", "", "folder that holds the pool (required)")
	flag.StringVar(&o.poolSize, "pool-size", "50Gi", "size of a new pool; its file is sparse")
	flag.StringVar(&o.driverName, "driver-name", "hostdisk.csi.backup-ns.sh", "name of the CSI driver")
	flag.BoolVar(&o.recover, "recover", false, "thaw and mend what a killed driver left in the pool, and exit")
	flag.Parse()
	return o
}

func run(o options) error {
	if o.pool == "" || (o.endpoint == "" && !o.recover) {
		return errors.New("-endpoint and -pool are required")
	}
	if err := o.complete(); err != nil {
		return err
	}
	size, err := parseSize(o.poolSize)
	if err != nil {
		return fmt.Errorf("-pool-size: %w", err)
	}
	p, err := openPool(o.pool, size)
	if err != nil || o.recover {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return serve(ctx, o, p)
}

// complete makes paths absolute, because the kubelet gets them too.
func (o *options) complete() (err error) {
	if o.endpoint, err = filepath.Abs(socketPath(o.endpoint)); err != nil {
		return err
	}
	if o.nodeID == "" {
		o.nodeID, err = os.Hostname()
	}
	return err
}
