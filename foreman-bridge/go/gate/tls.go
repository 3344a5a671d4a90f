package gate

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"google.golang.org/grpc/credentials"
)

// TLSFiles says with which PEM files the connection is protected.
type TLSFiles struct {
	// CA signs the server's certificate; the system's own if empty. Read once.
	CA string
	// Certificate and Key are shown to a server that asks for a certificate; read at every connection, so that
	// renewed ones are taken. Both or neither.
	Certificate string
	Key         string
	// ServerName is the name in the server's certificate, if it isn't the target's host.
	ServerName string
}

// WithTLSFiles protects the connection with TLS 1.2 or newer.
func WithTLSFiles(files TLSFiles) Option {
	return func(c *config) error {
		settings, err := files.settings()
		if err != nil {
			return fmt.Errorf("tls: %w", err)
		}
		c.credentials = credentials.NewTLS(settings)
		return nil
	}
}

func (f TLSFiles) settings() (*tls.Config, error) {
	settings := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: f.ServerName}
	if f.CA != "" {
		pem, err := os.ReadFile(f.CA)
		if err != nil {
			return nil, err
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: no certificate (expected: PEM)", f.CA)
		}
	}
	if (f.Certificate == "") != (f.Key == "") {
		return nil, errors.New("certificate and key: one alone (expected: both or neither)")
	}
	if f.Certificate == "" {
		return settings, nil
	}
	// What can't be read at the start is a mistake; later it may be a renewal that is under way.
	if _, err := f.certificate(nil); err != nil {
		return nil, err
	}
	settings.GetClientCertificate = f.certificate
	return settings, nil
}

func (f TLSFiles) certificate(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(f.Certificate, f.Key)
	return &pair, err
}
