package main

import (
	"sort"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// page cuts the ids for one answer of a list. A token is the last id of the
// page before, so it stays good when things come and go between the pages.
func page(ids []string, token string, maxEntries int32) (part []string, next string, err error) {
	if maxEntries < 0 {
		return nil, "", invalid("max_entries is negative: %d", maxEntries)
	}
	if token != "" {
		if !validID(token) {
			return nil, "", status.Errorf(codes.Aborted, "starting_token %q is not one that this driver gave", token)
		}
		ids = ids[sort.Search(len(ids), func(i int) bool { return ids[i] > token }):]
	}
	if maxEntries == 0 || len(ids) <= int(maxEntries) {
		return ids, "", nil
	}
	part = ids[:maxEntries]
	return part, part[maxEntries-1], nil
}
