package main

import (
	"errors"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

func notFound(format string, args ...any) error {
	return status.Errorf(codes.NotFound, format, args...)
}

// failed gives an error of the machine its gRPC code; one that has a code keeps it.
func failed(err error) error {
	if _, coded := status.FromError(err); coded {
		return err
	}
	if errors.Is(err, unix.ENOSPC) {
		return status.Errorf(codes.ResourceExhausted, "the pool is full: %v", err)
	}
	return status.Error(codes.Internal, err.Error())
}
