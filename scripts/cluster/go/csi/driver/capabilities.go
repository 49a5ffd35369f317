package main

import (
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

// checkCapabilities tells why volumes cannot have these capabilities.
// Every access mode is fine: there is one node, and it may mount many times.
func checkCapabilities(capabilities ...*csi.VolumeCapability) error {
	if len(capabilities) == 0 {
		return invalid("no volume capability is given")
	}
	for _, c := range capabilities {
		if err := checkCapability(c); err != nil {
			return err
		}
	}
	return nil
}

func checkCapability(c *csi.VolumeCapability) error {
	switch {
	case c == nil:
		return invalid("no volume capability is given")
	case c.GetBlock() != nil:
		return invalid("block volumes are not supported: use volumeMode Filesystem")
	case c.GetMount() == nil:
		return invalid("the volume capability has no access type")
	case c.GetAccessMode().GetMode() == csi.VolumeCapability_AccessMode_UNKNOWN:
		return invalid("the volume capability has no access mode")
	}
	if fsType := c.GetMount().GetFsType(); fsType != "" && fsType != "ext4" {
		return invalid("volumes are ext4; fsType %q is not supported", fsType)
	}
	return nil
}

func readsOnly(c *csi.VolumeCapability) bool {
	switch c.GetAccessMode().GetMode() {
	case csi.VolumeCapability_AccessMode_SINGLE_NODE_READER_ONLY,
		csi.VolumeCapability_AccessMode_MULTI_NODE_READER_ONLY:
		return true
	}
	return false
}

// parametersPrefix marks what the sidecars add with --extra-create-metadata.
const parametersPrefix = "csi.storage.k8s.io/"

// checkNoParameters refuses parameters, so that a typo does not go unnoticed.
func checkNoParameters(of string, parameters map[string]string) error {
	for key := range parameters {
		if !strings.HasPrefix(key, parametersPrefix) {
			return invalid("%s: there is no parameter %q", of, key)
		}
	}
	return nil
}

// checkGiven takes pairs of a field's name and value.
func checkGiven(fields ...string) error {
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i+1] == "" {
			return invalid("%s is missing in the request", fields[i])
		}
	}
	return nil
}
