package main

import (
	"io"
	"net"
	"os"
)

// forward carries connections of the host's listener to an address of the node.
// The listener was opened before the namespaces were made, so it still belongs to the host's network.
func forward(target string) error {
	file := os.NewFile(listenerDescriptor, "listener")
	listener, err := net.FileListener(file)
	if err != nil {
		return err
	}
	file.Close()
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				continue
			}
			go carry(client.(*net.TCPConn), target)
		}
	}()
	return nil
}

func carry(client *net.TCPConn, target string) {
	defer client.Close()
	connection, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	server := connection.(*net.TCPConn)
	defer server.Close()
	done := make(chan struct{})
	go func() {
		io.Copy(server, client)
		server.CloseWrite()
		close(done)
	}()
	io.Copy(client, server)
	client.CloseWrite()
	<-done
}
