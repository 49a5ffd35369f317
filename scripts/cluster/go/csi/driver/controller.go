package main

import (
	"context"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// controller makes, lists, grows and deletes volumes and snapshots.
type controller struct {
	csi.UnimplementedControllerServer
	pool *pool
}

func (c *controller) ControllerGetCapabilities(context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	res := &csi.ControllerGetCapabilitiesResponse{}
	for _, t := range []csi.ControllerServiceCapability_RPC_Type{
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		csi.ControllerServiceCapability_RPC_LIST_VOLUMES,
		csi.ControllerServiceCapability_RPC_GET_CAPACITY,
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT,
		csi.ControllerServiceCapability_RPC_LIST_SNAPSHOTS,
		csi.ControllerServiceCapability_RPC_GET_SNAPSHOT,
		csi.ControllerServiceCapability_RPC_CLONE_VOLUME,
		csi.ControllerServiceCapability_RPC_EXPAND_VOLUME,
		csi.ControllerServiceCapability_RPC_SINGLE_NODE_MULTI_WRITER,
	} {
		res.Capabilities = append(res.Capabilities, &csi.ControllerServiceCapability{
			Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{Type: t}},
		})
	}
	return res, nil
}

func (c *controller) CreateVolume(_ context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	if err := checkCreateVolume(req); err != nil {
		return nil, err
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	id := idFor("vol", req.Name)
	v, exists, err := c.pool.volumes.load(id)
	if err != nil {
		return nil, failed(err)
	}
	if exists {
		if !fits(v.SizeBytes, req.CapacityRange) || !sameSource(v, req.VolumeContentSource) {
			return nil, status.Errorf(codes.AlreadyExists, "volume %q exists with another size (%d bytes) or source", req.Name, v.SizeBytes)
		}
		return &csi.CreateVolumeResponse{Volume: describeVolume(id, v)}, nil
	}
	v, err = c.pool.createVolume(id, req)
	if err != nil {
		return nil, failed(err)
	}
	return &csi.CreateVolumeResponse{Volume: describeVolume(id, v)}, nil
}

func checkCreateVolume(req *csi.CreateVolumeRequest) error {
	if err := checkGiven("name", req.Name); err != nil {
		return err
	}
	if err := checkCapabilities(req.VolumeCapabilities...); err != nil {
		return err
	}
	if err := checkNoParameters("storage class", req.Parameters); err != nil {
		return err
	}
	return checkNoParameters("volume attributes class", req.MutableParameters)
}

func sameSource(v volume, source *csi.VolumeContentSource) bool {
	return v.SourceSnapshot == source.GetSnapshot().GetSnapshotId() &&
		v.SourceVolume == source.GetVolume().GetVolumeId()
}

func (p *pool) createVolume(id string, req *csi.CreateVolumeRequest) (volume, error) {
	v := volume{
		Name:           req.Name,
		Created:        time.Now().UTC(),
		SourceSnapshot: req.VolumeContentSource.GetSnapshot().GetSnapshotId(),
		SourceVolume:   req.VolumeContentSource.GetVolume().GetVolumeId(),
	}
	sourceSize, err := p.sourceSize(req.VolumeContentSource)
	if err != nil {
		return v, err
	}
	if v.SizeBytes, err = p.volumeSize(req.CapacityRange, sourceSize); err != nil {
		return v, err
	}
	if err := p.fillVolume(p.volumes.image(id), v); err != nil {
		return v, err
	}
	return v, p.volumes.save(id, v)
}

// sourceSize checks a content source; it is 0 when there is none.
func (p *pool) sourceSize(source *csi.VolumeContentSource) (int64, error) {
	if source == nil {
		return 0, nil
	}
	if id := source.GetVolume().GetVolumeId(); id != "" {
		v, err := p.volume(id)
		return v.SizeBytes, err
	}
	id := source.GetSnapshot().GetSnapshotId()
	if id == "" {
		return 0, invalid("the volume content source names neither a snapshot nor a volume")
	}
	s, err := p.snapshot(id)
	if err == nil && !s.ready() {
		err = status.Errorf(codes.FailedPrecondition, "snapshot %s is not ready before %s", id, s.ReadyAt.Format(time.RFC3339))
	}
	return s.SizeBytes, err
}

func (p *pool) fillVolume(image string, v volume) error {
	switch {
	case v.SourceSnapshot != "":
		return cloneImage(p.snapshots.image(v.SourceSnapshot), image, v.SizeBytes)
	case v.SourceVolume != "":
		return p.whileFrozen([]string{v.SourceVolume}, func() error {
			return cloneImage(p.volumes.image(v.SourceVolume), image, v.SizeBytes)
		})
	}
	return makeImage(image, v.SizeBytes)
}

// volume loads a volume that must exist.
func (p *pool) volume(id string) (volume, error) {
	if id == "" {
		return volume{}, invalid("volume_id is missing in the request")
	}
	v, exists, err := p.volumes.load(id)
	if err == nil && !exists {
		err = notFound("there is no volume %s", id)
	}
	return v, err
}

func (c *controller) DeleteVolume(_ context.Context, req *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	if err := checkGiven("volume_id", req.VolumeId); err != nil {
		return nil, err
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	_, exists, err := c.pool.volumes.load(req.VolumeId)
	if err != nil {
		return nil, failed(err)
	}
	if exists {
		if err := c.pool.checkUnused(req.VolumeId); err != nil {
			return nil, failed(err)
		}
	}
	if err := c.pool.volumes.remove(req.VolumeId); err != nil {
		return nil, failed(err)
	}
	return &csi.DeleteVolumeResponse{}, nil
}

func (p *pool) checkUnused(id string) error {
	device, err := findLoop(p.volumes.image(id))
	if device == nil || err != nil {
		return err
	}
	defer device.Close()
	return status.Errorf(codes.FailedPrecondition, "volume %s is still mounted, through %s", id, device.Name())
}

func (c *controller) ValidateVolumeCapabilities(_ context.Context, req *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	if err := checkGiven("volume_id", req.VolumeId); err != nil {
		return nil, err
	}
	if len(req.VolumeCapabilities) == 0 {
		return nil, invalid("no volume capability is given")
	}
	if _, err := c.pool.volume(req.VolumeId); err != nil {
		return nil, failed(err)
	}
	if err := checkCapabilities(req.VolumeCapabilities...); err != nil {
		return &csi.ValidateVolumeCapabilitiesResponse{Message: status.Convert(err).Message()}, nil
	}
	return &csi.ValidateVolumeCapabilitiesResponse{
		Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{VolumeCapabilities: req.VolumeCapabilities},
	}, nil
}

func (c *controller) ListVolumes(_ context.Context, req *csi.ListVolumesRequest) (*csi.ListVolumesResponse, error) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	ids, err := c.pool.volumes.ids()
	if err != nil {
		return nil, failed(err)
	}
	ids, next, err := page(ids, req.StartingToken, req.MaxEntries)
	if err != nil {
		return nil, err
	}
	res := &csi.ListVolumesResponse{NextToken: next}
	for _, id := range ids {
		v, err := c.pool.volume(id)
		if err != nil {
			return nil, failed(err)
		}
		res.Entries = append(res.Entries, &csi.ListVolumesResponse_Entry{Volume: describeVolume(id, v)})
	}
	return res, nil
}

// GetCapacity tells what is free. Volumes are thin, so more can be promised.
func (c *controller) GetCapacity(context.Context, *csi.GetCapacityRequest) (*csi.GetCapacityResponse, error) {
	_, free, err := c.pool.space()
	if err != nil {
		return nil, failed(err)
	}
	return &csi.GetCapacityResponse{AvailableCapacity: free}, nil
}

func describeVolume(id string, v volume) *csi.Volume {
	res := &csi.Volume{VolumeId: id, CapacityBytes: v.SizeBytes}
	switch {
	case v.SourceSnapshot != "":
		res.ContentSource = &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Snapshot{
			Snapshot: &csi.VolumeContentSource_SnapshotSource{SnapshotId: v.SourceSnapshot},
		}}
	case v.SourceVolume != "":
		res.ContentSource = &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Volume{
			Volume: &csi.VolumeContentSource_VolumeSource{VolumeId: v.SourceVolume},
		}}
	}
	return res
}
