package main

import (
	"context"
	"slices"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func (c *controller) CreateSnapshot(_ context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	if err := checkGiven("name", req.Name, "source_volume_id", req.SourceVolumeId); err != nil {
		return nil, err
	}
	f, err := parseFaults(req.Parameters)
	if err != nil {
		return nil, err
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	id := idFor("snap", req.Name)
	s, exists, err := c.pool.snapshots.load(id)
	if err != nil {
		return nil, failed(err)
	}
	if exists && s.SourceVolume != req.SourceVolumeId {
		return nil, status.Errorf(codes.AlreadyExists, "snapshot %q exists, of volume %s", req.Name, s.SourceVolume)
	}
	if !exists {
		if s, err = c.pool.createSnapshot(id, req, f); err != nil {
			return nil, failed(err)
		}
	}
	return &csi.CreateSnapshotResponse{Snapshot: describeSnapshot(id, s)}, nil
}

func (p *pool) createSnapshot(id string, req *csi.CreateSnapshotRequest, f faults) (snapshot, error) {
	s := snapshot{Name: req.Name, SourceVolume: req.SourceVolumeId}
	v, err := p.volume(s.SourceVolume)
	if err != nil {
		return s, err
	}
	if err := p.inject(f, id); err != nil {
		return s, err
	}
	s.SizeBytes = v.SizeBytes
	if err := p.cut(f, map[string]*snapshot{id: &s}); err != nil {
		return s, err
	}
	return s, p.snapshots.save(id, s)
}

// cut copies the images of all the snapshots at one moment, and notes it in them.
func (p *pool) cut(f faults, snapshots map[string]*snapshot) error {
	var sources []string
	for _, s := range snapshots {
		sources = append(sources, s.SourceVolume)
	}
	slices.Sort(sources)
	return p.whileFrozen(sources, func() error {
		now := time.Now().UTC()
		for id, s := range snapshots {
			s.Created, s.ReadyAt = now, now.Add(f.readyDelay)
			err := cloneImage(p.volumes.image(s.SourceVolume), p.snapshots.image(id), s.SizeBytes)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// snapshot loads a snapshot that must exist.
func (p *pool) snapshot(id string) (snapshot, error) {
	if id == "" {
		return snapshot{}, invalid("snapshot_id is missing in the request")
	}
	s, exists, err := p.snapshots.load(id)
	if err == nil && !exists {
		err = notFound("there is no snapshot %s", id)
	}
	return s, err
}

func (s snapshot) ready() bool { return !time.Now().Before(s.ReadyAt) }

func (c *controller) DeleteSnapshot(_ context.Context, req *csi.DeleteSnapshotRequest) (*csi.DeleteSnapshotResponse, error) {
	if err := checkGiven("snapshot_id", req.SnapshotId); err != nil {
		return nil, err
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	s, _, err := c.pool.snapshots.load(req.SnapshotId)
	if err != nil {
		return nil, failed(err)
	}
	if s.Group != "" {
		return nil, invalid("snapshot %s belongs to group snapshot %s and goes only with it", req.SnapshotId, s.Group)
	}
	if err := c.pool.snapshots.remove(req.SnapshotId); err != nil {
		return nil, failed(err)
	}
	return &csi.DeleteSnapshotResponse{}, nil
}

func (c *controller) GetSnapshot(_ context.Context, req *csi.GetSnapshotRequest) (*csi.GetSnapshotResponse, error) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	s, err := c.pool.snapshot(req.SnapshotId)
	if err != nil {
		return nil, failed(err)
	}
	return &csi.GetSnapshotResponse{Snapshot: describeSnapshot(req.SnapshotId, s)}, nil
}

func (c *controller) ListSnapshots(_ context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	found, err := c.pool.findSnapshots(req.SnapshotId, req.SourceVolumeId)
	if err != nil {
		return nil, failed(err)
	}
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	ids, next, err := page(ids, req.StartingToken, req.MaxEntries)
	if err != nil {
		return nil, err
	}
	res := &csi.ListSnapshotsResponse{NextToken: next}
	for _, id := range ids {
		res.Entries = append(res.Entries, &csi.ListSnapshotsResponse_Entry{Snapshot: describeSnapshot(id, found[id])})
	}
	return res, nil
}

// findSnapshots takes the empty string for "any".
func (p *pool) findSnapshots(id, sourceVolume string) (map[string]snapshot, error) {
	ids := []string{id}
	if id == "" {
		var err error
		if ids, err = p.snapshots.ids(); err != nil {
			return nil, err
		}
	}
	found := map[string]snapshot{}
	for _, id := range ids {
		s, exists, err := p.snapshots.load(id)
		if err != nil {
			return nil, err
		}
		if exists && (sourceVolume == "" || sourceVolume == s.SourceVolume) {
			found[id] = s
		}
	}
	return found, nil
}

func describeSnapshot(id string, s snapshot) *csi.Snapshot {
	return &csi.Snapshot{
		SnapshotId:      id,
		SourceVolumeId:  s.SourceVolume,
		GroupSnapshotId: s.Group,
		SizeBytes:       s.SizeBytes,
		CreationTime:    timestamppb.New(s.Created),
		ReadyToUse:      s.ready(),
	}
}
