package main

import (
	"context"
	"log"

	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// registrationServer is what the kubelet finds in its plugins_registry folder.
type registrationServer struct {
	registration.UnimplementedRegistrationServer
	name     string
	endpoint string
}

func (r *registrationServer) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type:     registration.CSIPlugin,
		Name:     r.name,
		Endpoint: r.endpoint,
		// The versions of CSI itself, not of this driver.
		SupportedVersions: []string{"1.0.0"},
	}, nil
}

// NotifyRegistrationStatus only logs a failure: the kubelet tries again.
func (r *registrationServer) NotifyRegistrationStatus(_ context.Context, status *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	if !status.PluginRegistered {
		log.Printf("the kubelet did not register %s: %s", r.name, status.Error)
	}
	return &registration.RegistrationStatusResponse{}, nil
}
