package main

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
)

// NodeGetVolumeStats is what the kubelet's volume metrics come from.
func (n *node) NodeGetVolumeStats(_ context.Context, req *csi.NodeGetVolumeStatsRequest) (*csi.NodeGetVolumeStatsResponse, error) {
	if err := n.checkMounted(req.VolumeId, req.VolumePath); err != nil {
		return nil, err
	}
	var st unix.Statfs_t
	if err := unix.Statfs(req.VolumePath, &st); err != nil {
		return nil, failed(err)
	}
	return &csi.NodeGetVolumeStatsResponse{Usage: []*csi.VolumeUsage{
		{
			Unit:      csi.VolumeUsage_BYTES,
			Total:     int64(st.Blocks) * st.Bsize,
			Used:      int64(st.Blocks-st.Bfree) * st.Bsize,
			Available: int64(st.Bavail) * st.Bsize,
		},
		{
			Unit:      csi.VolumeUsage_INODES,
			Total:     int64(st.Files),
			Used:      int64(st.Files - st.Ffree),
			Available: int64(st.Ffree),
		},
	}}, nil
}

// checkMounted checks that a volume exists and is mounted at path.
func (n *node) checkMounted(id, path string) error {
	if err := checkGiven("volume_id", id, "volume_path", path); err != nil {
		return err
	}
	if _, err := n.pool.volume(id); err != nil {
		return failed(err)
	}
	real, err := realPath(path)
	if err != nil {
		return failed(err)
	}
	mounts, _, err := mountsOf(n.pool.volumes.image(id))
	if err != nil {
		return failed(err)
	}
	for _, m := range mounts {
		if m.path == real {
			return nil
		}
	}
	return notFound("volume %s is not mounted at %s", id, path)
}
