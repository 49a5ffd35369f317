package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// volumeSize picks the size for a requested range; a source's size is the least.
func (p *pool) volumeSize(r *csi.CapacityRange, source int64) (int64, error) {
	limit := r.GetLimitBytes()
	size := wantedSize(r, source)
	total, _, err := p.space()
	switch {
	case err != nil:
		return 0, err
	case r.GetRequiredBytes() < 0 || limit < 0:
		return 0, invalid("the capacity range has a negative bound: required %d, limit %d bytes", r.GetRequiredBytes(), limit)
	case limit > 0 && size > limit:
		return 0, outOfRange("a volume of %d bytes would be over the limit of %d", size, limit)
	case size < source:
		return 0, outOfRange("%d bytes are less than the %d of the source", size, source)
	case size > total:
		return 0, outOfRange("%d bytes are more than the whole pool has (%d)", size, total)
	}
	return size, nil
}

// wantedSize is in whole blocks.
func wantedSize(r *csi.CapacityRange, source int64) int64 {
	size := r.GetRequiredBytes()
	if size == 0 {
		size = source
	}
	if size == 0 {
		size = defaultVolumeSize
		if limit := r.GetLimitBytes(); limit > 0 {
			size = min(size, limit/blockSize*blockSize)
		}
	}
	return (max(size, minVolumeSize) + blockSize - 1) / blockSize * blockSize
}

func outOfRange(format string, args ...any) error {
	return status.Errorf(codes.OutOfRange, format, args...)
}

func fits(size int64, r *csi.CapacityRange) bool {
	return size >= r.GetRequiredBytes() && (r.GetLimitBytes() == 0 || size <= r.GetLimitBytes())
}

// parseSize reads a size such as 50Gi.
func parseSize(text string) (int64, error) {
	number, unit := strings.TrimRight(text, "KMGTi"), int64(1)
	switch strings.TrimPrefix(text, number) {
	case "":
	case "Ki":
		unit = 1 << 10
	case "Mi":
		unit = mib
	case "Gi":
		unit = gib
	case "Ti":
		unit = 1 << 40
	default:
		return 0, fmt.Errorf("%q is not a size such as 50Gi", text)
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 || n > (1<<62)/unit {
		return 0, fmt.Errorf("%q is not a size such as 50Gi", text)
	}
	return n * unit, nil
}
