package main

import (
	"context"
	"errors"
	"slices"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// groupController snapshots many volumes at one moment.
type groupController struct {
	csi.UnimplementedGroupControllerServer
	pool *pool
}

func (c *groupController) GroupControllerGetCapabilities(context.Context, *csi.GroupControllerGetCapabilitiesRequest) (*csi.GroupControllerGetCapabilitiesResponse, error) {
	return &csi.GroupControllerGetCapabilitiesResponse{Capabilities: []*csi.GroupControllerServiceCapability{{
		Type: &csi.GroupControllerServiceCapability_Rpc{Rpc: &csi.GroupControllerServiceCapability_RPC{
			Type: csi.GroupControllerServiceCapability_RPC_CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT,
		}},
	}}}, nil
}

func (c *groupController) CreateVolumeGroupSnapshot(_ context.Context, req *csi.CreateVolumeGroupSnapshotRequest) (*csi.CreateVolumeGroupSnapshotResponse, error) {
	if err := checkGiven("name", req.Name); err != nil {
		return nil, err
	}
	sources := slices.Compact(slices.Sorted(slices.Values(req.SourceVolumeIds)))
	if len(sources) == 0 || len(sources) != len(req.SourceVolumeIds) {
		return nil, invalid("source_volume_ids is empty or names a volume twice")
	}
	f, err := parseFaults(req.Parameters)
	if err != nil {
		return nil, err
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	id := idFor("group", req.Name)
	g, exists, err := c.pool.groups.load(id)
	if err != nil {
		return nil, failed(err)
	}
	if exists && !slices.Equal(g.SourceVolumes, sources) {
		return nil, status.Errorf(codes.AlreadyExists, "group snapshot %q exists, of other volumes: %v", req.Name, g.SourceVolumes)
	}
	if !exists {
		if g, err = c.pool.createGroup(id, req.Name, sources, f); err != nil {
			return nil, failed(err)
		}
	}
	described, err := c.pool.describeGroup(id, g)
	if err != nil {
		return nil, failed(err)
	}
	return &csi.CreateVolumeGroupSnapshotResponse{GroupSnapshot: described}, nil
}

func (p *pool) createGroup(id, name string, sources []string, f faults) (group, error) {
	g := group{Name: name, SourceVolumes: sources}
	members := map[string]*snapshot{}
	for _, source := range sources {
		v, err := p.volume(source)
		if err != nil {
			return g, err
		}
		member := idFor("snap", id+"/"+source)
		members[member] = &snapshot{Name: name, SourceVolume: source, Group: id, SizeBytes: v.SizeBytes}
		g.Snapshots = append(g.Snapshots, member)
	}
	if err := p.inject(f, id); err != nil {
		return g, err
	}
	err := p.cut(f, members)
	if err == nil {
		err = p.saveGroup(id, &g, members)
	}
	if err != nil {
		// All or nothing: the caller has no id yet to clean up by.
		err = errors.Join(err, p.removeSnapshots(g.Snapshots))
	}
	return g, err
}

// saveGroup saves the group last: members without a group are swept at the next start.
func (p *pool) saveGroup(id string, g *group, members map[string]*snapshot) error {
	for member, s := range members {
		g.Created, g.ReadyAt = s.Created, s.ReadyAt
		if err := p.snapshots.save(member, *s); err != nil {
			return err
		}
	}
	return p.groups.save(id, *g)
}

func (p *pool) removeSnapshots(ids []string) error {
	for _, id := range ids {
		if err := p.snapshots.remove(id); err != nil {
			return err
		}
	}
	return nil
}

func (c *groupController) DeleteVolumeGroupSnapshot(_ context.Context, req *csi.DeleteVolumeGroupSnapshotRequest) (*csi.DeleteVolumeGroupSnapshotResponse, error) {
	if err := checkGiven("group_snapshot_id", req.GroupSnapshotId); err != nil {
		return nil, err
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	g, exists, err := c.pool.groups.load(req.GroupSnapshotId)
	if err != nil {
		return nil, failed(err)
	}
	if !exists {
		return &csi.DeleteVolumeGroupSnapshotResponse{}, nil
	}
	if err := checkMembers(g, req.SnapshotIds); err != nil {
		return nil, err
	}
	// The group goes last, so that a retry knows its members.
	if err := c.pool.removeSnapshots(g.Snapshots); err != nil {
		return nil, failed(err)
	}
	if err := c.pool.groups.remove(req.GroupSnapshotId); err != nil {
		return nil, failed(err)
	}
	return &csi.DeleteVolumeGroupSnapshotResponse{}, nil
}

func (c *groupController) GetVolumeGroupSnapshot(_ context.Context, req *csi.GetVolumeGroupSnapshotRequest) (*csi.GetVolumeGroupSnapshotResponse, error) {
	if err := checkGiven("group_snapshot_id", req.GroupSnapshotId); err != nil {
		return nil, err
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	g, exists, err := c.pool.groups.load(req.GroupSnapshotId)
	if err != nil {
		return nil, failed(err)
	}
	if !exists {
		return nil, notFound("there is no group snapshot %s", req.GroupSnapshotId)
	}
	if err := checkMembers(g, req.SnapshotIds); err != nil {
		return nil, err
	}
	described, err := c.pool.describeGroup(req.GroupSnapshotId, g)
	if err != nil {
		return nil, failed(err)
	}
	return &csi.GetVolumeGroupSnapshotResponse{GroupSnapshot: described}, nil
}

// checkMembers lets a caller leave the list out, but not get it wrong.
func checkMembers(g group, ids []string) error {
	want := slices.Sorted(slices.Values(g.Snapshots))
	if len(ids) > 0 && !slices.Equal(slices.Sorted(slices.Values(ids)), want) {
		return invalid("snapshot_ids are not those of group snapshot %q, which are %v", g.Name, want)
	}
	return nil
}

func (p *pool) describeGroup(id string, g group) (*csi.VolumeGroupSnapshot, error) {
	res := &csi.VolumeGroupSnapshot{
		GroupSnapshotId: id,
		CreationTime:    timestamppb.New(g.Created),
		ReadyToUse:      true,
	}
	for _, member := range g.Snapshots {
		s, err := p.snapshot(member)
		if err != nil {
			return nil, err
		}
		described := describeSnapshot(member, s)
		res.Snapshots = append(res.Snapshots, described)
		res.ReadyToUse = res.ReadyToUse && described.ReadyToUse
	}
	return res, nil
}
