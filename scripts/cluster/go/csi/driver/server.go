package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// serve answers CSI calls, then registers with the kubelet, until ctx ends.
// It lets calls in flight finish: one of them may hold a frozen file system.
func serve(ctx context.Context, o options, p *pool) error {
	server := grpc.NewServer(grpc.UnaryInterceptor(logCall))
	csi.RegisterIdentityServer(server, &identity{name: o.driverName})
	csi.RegisterControllerServer(server, &controller{pool: p})
	csi.RegisterGroupControllerServer(server, &groupController{pool: p})
	csi.RegisterNodeServer(server, &node{pool: p, id: o.nodeID})
	failed := make(chan error, 2)
	if err := serveOn(server, o.endpoint, failed); err != nil {
		return err
	}
	defer server.GracefulStop()

	if o.registrationDir != "" {
		registrar := grpc.NewServer(grpc.UnaryInterceptor(logCall))
		registration.RegisterRegistrationServer(registrar, &registrationServer{name: o.driverName, endpoint: o.endpoint})
		if err := serveOn(registrar, filepath.Join(o.registrationDir, o.driverName+"-reg.sock"), failed); err != nil {
			return err
		}
		defer registrar.GracefulStop()
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

func serveOn(server *grpc.Server, path string, failed chan<- error) error {
	listener, err := listen(path)
	if err != nil {
		return err
	}
	log.Printf("serving on %s", path)
	go func() {
		if err := server.Serve(listener); err != nil {
			failed <- fmt.Errorf("serving on %s: %w", path, err)
		}
	}()
	return nil
}

func listen(path string) (net.Listener, error) {
	const longest = 107 // of a sockaddr_un
	if len(path) > longest {
		return nil, fmt.Errorf("the socket path %s has %d characters, and may have %d", path, len(path), longest)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	// A driver that was killed leaves its socket behind.
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	return net.Listen("unix", path)
}

func socketPath(endpoint string) string {
	return strings.TrimPrefix(strings.TrimPrefix(endpoint, "unix:"), "//")
}

func logCall(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	start := time.Now()
	res, err := handler(ctx, req)
	method := info.FullMethod[strings.LastIndex(info.FullMethod, "/")+1:]
	if err != nil {
		log.Printf("%s failed after %v: %v", method, time.Since(start), err)
	} else if changes(method) {
		log.Printf("%s %v", method, time.Since(start))
	}
	return res, err
}

// changes tells calls that do something from questions, which are many.
func changes(method string) bool {
	for _, word := range []string{"Get", "List", "Probe", "Validate"} {
		if strings.Contains(method, word) {
			return false
		}
	}
	return true
}
