package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// node mounts volumes. A volume is staged (mounted once, through its loop
// device) and then published (bind-mounted) for each pod.
type node struct {
	csi.UnimplementedNodeServer
	pool *pool
	id   string
}

func (n *node) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: n.id}, nil
}

func (n *node) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	res := &csi.NodeGetCapabilitiesResponse{}
	for _, t := range []csi.NodeServiceCapability_RPC_Type{
		csi.NodeServiceCapability_RPC_STAGE_UNSTAGE_VOLUME,
		csi.NodeServiceCapability_RPC_GET_VOLUME_STATS,
		csi.NodeServiceCapability_RPC_SINGLE_NODE_MULTI_WRITER,
	} {
		res.Capabilities = append(res.Capabilities, &csi.NodeServiceCapability{
			Type: &csi.NodeServiceCapability_Rpc{Rpc: &csi.NodeServiceCapability_RPC{Type: t}},
		})
	}
	return res, nil
}

func (n *node) NodeStageVolume(_ context.Context, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	if err := checkGiven("volume_id", req.VolumeId, "staging_target_path", req.StagingTargetPath); err != nil {
		return nil, err
	}
	if err := checkCapabilities(req.VolumeCapability); err != nil {
		return nil, err
	}
	path, err := realPath(req.StagingTargetPath)
	if err != nil {
		return nil, failed(err)
	}
	n.pool.mu.Lock()
	defer n.pool.mu.Unlock()
	if _, err := n.pool.volume(req.VolumeId); err != nil {
		return nil, failed(err)
	}
	if err := n.pool.stage(req.VolumeId, path, req.VolumeCapability.GetMount().GetMountFlags()); err != nil {
		return nil, failed(err)
	}
	return &csi.NodeStageVolumeResponse{}, nil
}

// stage mounts a volume writable, even for a reader: that replays the journal.
func (p *pool) stage(id, path string, mountFlags []string) error {
	device, isMounted, err := attachFor(p.volumes.image(id), path)
	if err != nil {
		return err
	}
	defer device.Close()
	if isMounted {
		return nil
	}
	if err := os.MkdirAll(path, 0o750); err != nil {
		return err
	}
	bits, data := splitMountFlags(mountFlags)
	// Inode tables need no zeroing in the background: a sparse file has only zeroes.
	data = append(data, "noinit_itable")
	if err := unix.Mount(device.Name(), path, "ext4", bits, strings.Join(data, ",")); err != nil {
		return status.Errorf(codes.Internal, "cannot mount %s on %s with %v: %v", device.Name(), path, mountFlags, err)
	}
	return nil
}

func (n *node) NodeUnstageVolume(_ context.Context, req *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
	if err := checkGiven("volume_id", req.VolumeId, "staging_target_path", req.StagingTargetPath); err != nil {
		return nil, err
	}
	if err := n.unmount(req.StagingTargetPath); err != nil {
		return nil, failed(err)
	}
	return &csi.NodeUnstageVolumeResponse{}, nil
}

func (n *node) unmount(path string) error {
	path, err := realPath(path)
	if err != nil {
		return err
	}
	n.pool.mu.Lock()
	defer n.pool.mu.Unlock()
	return unmountAll(path)
}

func (n *node) NodePublishVolume(_ context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	err := checkGiven("volume_id", req.VolumeId, "target_path", req.TargetPath, "staging_target_path", req.StagingTargetPath)
	if err != nil {
		return nil, err
	}
	if err := checkCapabilities(req.VolumeCapability); err != nil {
		return nil, err
	}
	staging, err := realPath(req.StagingTargetPath)
	if err != nil {
		return nil, failed(err)
	}
	target, err := realPath(req.TargetPath)
	if err != nil {
		return nil, failed(err)
	}
	bits, _ := splitMountFlags(req.VolumeCapability.GetMount().GetMountFlags())
	readOnly := req.Readonly || readsOnly(req.VolumeCapability) || bits&unix.MS_RDONLY != 0
	n.pool.mu.Lock()
	defer n.pool.mu.Unlock()
	if err := n.pool.publish(req, staging, target, readOnly); err != nil {
		return nil, failed(err)
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func (p *pool) publish(req *csi.NodePublishVolumeRequest, staging, target string, readOnly bool) error {
	id := req.VolumeId
	if _, err := p.volume(id); err != nil {
		return err
	}
	mounts, _, err := mountsOf(p.volumes.image(id))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(mounts, func(m mountPoint) bool { return m.path == staging }) {
		return status.Errorf(codes.FailedPrecondition, "volume %s is not staged at %s", id, staging)
	}
	for _, m := range mounts {
		if m.path == target {
			return checkPublished(m, id, readOnly)
		}
		if m.path != staging && singleWriter(req.VolumeCapability) {
			return status.Errorf(codes.FailedPrecondition, "volume %s may have one user only and is published at %s", id, m.path)
		}
	}
	if err := os.MkdirAll(target, 0o750); err != nil {
		return err
	}
	return bindMount(staging, target, readOnly)
}

func checkPublished(m mountPoint, id string, readOnly bool) error {
	if m.readOnly != readOnly {
		return status.Errorf(codes.AlreadyExists, "volume %s is published at %s with read-only %t", id, m.path, m.readOnly)
	}
	return nil
}

func singleWriter(c *csi.VolumeCapability) bool {
	return c.GetAccessMode().GetMode() == csi.VolumeCapability_AccessMode_SINGLE_NODE_SINGLE_WRITER
}

func (n *node) NodeUnpublishVolume(_ context.Context, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	if err := checkGiven("volume_id", req.VolumeId, "target_path", req.TargetPath); err != nil {
		return nil, err
	}
	if err := n.unmount(req.TargetPath); err != nil {
		return nil, failed(err)
	}
	// Never more than the empty folder: what is under it may be a user's data.
	if err := os.Remove(req.TargetPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, failed(err)
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

// realPath is path as mountinfo shows it. Its last part need not exist.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	return filepath.Join(parent, filepath.Base(path)), err
}
