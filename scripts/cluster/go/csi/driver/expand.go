package main

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

// ControllerExpandVolume grows a volume that is not mounted, file system and all.
func (c *controller) ControllerExpandVolume(_ context.Context, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	if req.CapacityRange == nil {
		return nil, invalid("capacity_range is missing in the request")
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	v, err := c.pool.volume(req.VolumeId)
	if err != nil {
		return nil, failed(err)
	}
	if !fits(v.SizeBytes, req.CapacityRange) {
		if v.SizeBytes, err = c.pool.expand(req.VolumeId, v, req.CapacityRange); err != nil {
			return nil, failed(err)
		}
	}
	return &csi.ControllerExpandVolumeResponse{CapacityBytes: v.SizeBytes}, nil
}

// expand grows a copy of the image and puts it in the image's place, so that a
// crash leaves the one or the other.
func (p *pool) expand(id string, v volume, r *csi.CapacityRange) (int64, error) {
	size, err := p.volumeSize(r, v.SizeBytes)
	if err != nil {
		return 0, err
	}
	if err := p.checkUnused(id); err != nil {
		return 0, err
	}
	if err := cloneImage(p.volumes.image(id), p.volumes.image(id), size); err != nil {
		return 0, err
	}
	v.SizeBytes = size
	return size, p.volumes.save(id, v)
}
