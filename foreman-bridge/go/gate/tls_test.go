package gate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/credentials"
)

// authority issues certificates for one test.
type authority struct {
	folder string
	key    *ecdsa.PrivateKey
	own    *x509.Certificate
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	issuer := &authority{folder: t.TempDir(), key: newKey(t)}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "ca"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	issuer.own = template
	der := issuer.sign(t, template, &issuer.key.PublicKey)
	issuer.write(t, "ca.crt", "CERTIFICATE", der)
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	issuer.own = parsed
	return issuer
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// issue writes NAME.crt and NAME.key, good for both sides of a connection to the loopback interface.
func (a *authority) issue(t *testing.T, name string) (certificate, key string) {
	t.Helper()
	private := newKey(t)
	der := a.sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, &private.PublicKey)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return a.write(t, name+".crt", "CERTIFICATE", der), a.write(t, name+".key", "PRIVATE KEY", encoded)
}

func (a *authority) sign(t *testing.T, template *x509.Certificate, public *ecdsa.PublicKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, a.own, public, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func (a *authority) write(t *testing.T, name, kind string, content []byte) string {
	t.Helper()
	path := a.path(name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (a *authority) path(name string) string { return filepath.Join(a.folder, name) }

// protection is that of a server that asks for a certificate.
func (a *authority) protection(t *testing.T) credentials.TransportCredentials {
	t.Helper()
	certificate, key := a.issue(t, "server")
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AddCert(a.own)
	return credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientCAs:    clients,
		ClientAuth:   tls.RequireAndVerifyClientCert,
		MinVersion:   tls.VersionTLS12,
	})
}

func TestShowsTheCertificateThatIsOnDiskAtEachConnection(t *testing.T) {
	issuer, stranger := newAuthority(t), newAuthority(t)
	server := serve(t, "", issuer.protection(t))
	certificate, key := stranger.issue(t, "client")
	gate := watchGate(t, server.address,
		WithTLSFiles(TLSFiles{CA: issuer.path("ca.crt"), Certificate: certificate, Key: key}))
	refused := gate.Check(qwen, 0)

	renewed, renewedKey := issuer.issue(t, "client")
	rename(t, renewedKey, key)
	rename(t, renewed, certificate)
	server.accept(t).send <- snapshot(1, breachedStatus(qwen))
	ready(t, gate)

	if !refused.FailOpen || gate.Check(qwen, 0).Admit {
		t.Errorf("before the renewal: %+v", refused)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func TestAServerOfAnotherAuthorityIsNotBelieved(t *testing.T) {
	issuer, stranger := newAuthority(t), newAuthority(t)
	server, logged := serve(t, "", stranger.protection(t)), &lines{}
	certificate, key := stranger.issue(t, "client")

	gate := watchGate(t, server.address, logTo(logged),
		WithTLSFiles(TLSFiles{CA: issuer.path("ca.crt"), Certificate: certificate, Key: key}))

	await(t, "the refusal in the log", func() bool { return logged.count("certificate signed by unknown authority") > 0 })
	if !gate.Check(qwen, 0).FailOpen {
		t.Error("believed (expected: fail open)")
	}
}

func TestFilesThatCanNotBeUsedAreNamed(t *testing.T) {
	issuer := newAuthority(t)
	certificate, key := issuer.issue(t, "client")
	for expected, files := range map[string]TLSFiles{
		"tls: open /nowhere/ca.crt":                                   {CA: "/nowhere/ca.crt"},
		"client.key: no certificate (expected: PEM)":                  {CA: key},
		"tls: certificate and key: one alone (expected: both or neit": {Certificate: certificate},
		"tls: open /nowhere/tls.key":                                  {Certificate: certificate, Key: "/nowhere/tls.key"},
	} {
		_, err := New(t.Context(), "127.0.0.1:1", WithTLSFiles(files))
		if err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%v (expected: ...%s...)", err, expected)
		}
	}
}
