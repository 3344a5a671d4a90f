package gate

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	reflection "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"

	"sluice.dev/foreman-bridge/go/breachv1"
)

// These tests talk to the real server: GoClientIT starts one with a heartbeat every 100 ms and says where it is.
// SLUICE_BREACH_ADDR alone, of any Sluice that runs, is enough for those that change nothing.

const briefly = time.Second

func serverAddress(t *testing.T) string {
	t.Helper()
	return setting(t, "SLUICE_BREACH_ADDR", "HOST:PORT of a running breach service")
}

func setting(t *testing.T, variable, expected string) string {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		t.Skipf("%s isn't set (expected: %s)", variable, expected)
	}
	return value
}

// order makes the server do something, and returns when it is done.
func order(t *testing.T, what string) {
	t.Helper()
	control := setting(t, "SLUICE_BREACH_CONTROL", "the control address of GoClientIT's server")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+control+"/"+what, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusNoContent {
		t.Fatalf("%s: %s, %v (expected: 204)", what, response.Status, err)
	}
}

func awaitDeferral(t *testing.T, gate *Gate) {
	t.Helper()
	await(t, "a deferral", func() bool { return !gate.Check(qwen, 0).Admit })
}

func awaitAdmission(t *testing.T, gate *Gate, reason Reason) {
	t.Helper()
	await(t, "an admission: "+string(reason), func() bool {
		decision := gate.Check(qwen, 0)
		return decision.Admit && decision.Reason == reason
	})
}

func awaitFailOpen(t *testing.T, gate *Gate) {
	t.Helper()
	await(t, "failing open", func() bool {
		decision := gate.Check(qwen, 0)
		if decision.FailOpen != (decision.Silence > briefly) {
			t.Errorf("%+v (expected: to fail open after %s and no sooner)", decision, briefly)
		}
		return decision.FailOpen
	})
}

func TestTheServerSpeaksTheContractOfTheStubs(t *testing.T) {
	ours := protodesc.ToFileDescriptorProto(breachv1.File_sluice_breach_v1_breach_proto)
	clearJSONNames(ours.GetMessageType())

	theirs := servedContract(t, serverAddress(t), ours.GetName())

	if !proto.Equal(ours, theirs) {
		t.Error("the stubs and the server are of two versions of breach.proto (expected: one; run generate.sh)")
	}
}

// servedContract is what the server's reflection says of a proto file.
func servedContract(t *testing.T, address, file string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	stream, err := reflection.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byName := &reflection.ServerReflectionRequest_FileByFilename{FileByFilename: file}
	if err := stream.Send(&reflection.ServerReflectionRequest{MessageRequest: byName}); err != nil {
		t.Fatal(err)
	}
	answer, err := stream.Recv()
	if err != nil || len(answer.GetFileDescriptorResponse().GetFileDescriptorProto()) == 0 {
		t.Fatalf("%v, %v (expected: the file)", answer, err)
	}
	var described descriptorpb.FileDescriptorProto
	if err := proto.Unmarshal(answer.GetFileDescriptorResponse().GetFileDescriptorProto()[0], &described); err != nil {
		t.Fatal(err)
	}
	return &described
}

// Java leaves out the JSON names: they follow from the others.
func clearJSONNames(messages []*descriptorpb.DescriptorProto) {
	for _, message := range messages {
		for _, field := range message.GetField() {
			field.JsonName = nil
		}
		clearJSONNames(message.GetNestedType())
	}
}

func TestTheServersVerdictsDecide(t *testing.T) {
	gate := watchGate(t, serverAddress(t))

	order(t, "breached")
	awaitDeferral(t, gate)
	deferred := gate.Check(qwen, 0)
	order(t, "at-risk")
	awaitAdmission(t, gate, AtRisk)
	low := gate.Check(qwen, -1)
	order(t, "within-budget")
	awaitAdmission(t, gate, WithinBudget)
	order(t, "forgotten")
	awaitAdmission(t, gate, NoService)

	const words = "InferenceService default/qwen is Breached since 2026-05-04T12:03:10Z: qwen-ttft burns 31x its error budget" +
		" over 5m; decision k3f9-0a1b2c3d"
	if deferred.Message() != words || deferred.Reason != Breached || deferred.RetryAfter <= 0 {
		t.Errorf("%+v: %s", deferred, deferred.Message())
	}
	if low.Admit {
		t.Errorf("%+v (expected: a low priority waits)", low)
	}
}

func TestTheServerStopsAndComesBack(t *testing.T) {
	address := serverAddress(t)
	order(t, "breached")
	gate := watchGate(t, address, WithTrustFor(briefly))
	awaitDeferral(t, gate)

	order(t, "stop")
	awaitFailOpen(t, gate)
	order(t, "start")

	awaitDeferral(t, gate)
	order(t, "within-budget")
	awaitAdmission(t, gate, WithinBudget)
}

func TestTheServerIsCutOffAndComesBack(t *testing.T) {
	between := relayTo(t, serverAddress(t))
	order(t, "breached")
	gate := watchGate(t, between.address(), WithTrustFor(briefly))
	awaitDeferral(t, gate)

	between.cut()
	awaitFailOpen(t, gate)
	between.mend()

	awaitDeferral(t, gate)
}

// Nothing is closed: neither side is told that the other is gone.
func TestTheServerFallsSilentAndAnotherIsFound(t *testing.T) {
	between, logged := relayTo(t, serverAddress(t)), &lines{}
	order(t, "breached")
	gate := watchGate(t, between.address(), WithTrustFor(briefly), logTo(logged))
	awaitDeferral(t, gate)

	between.freeze()
	awaitFailOpen(t, gate)
	await(t, "the stale watch in the log", func() bool { return logged.count("fell silent") > 0 })
	order(t, "within-budget")
	between.mend()

	awaitAdmission(t, gate, WithinBudget)
}

func TestTheServerAsksForACertificate(t *testing.T) {
	address := setting(t, "SLUICE_BREACH_TLS_ADDR", "HOST:PORT of GoClientIT's server with TLS")
	folder := setting(t, "SLUICE_BREACH_TLS_DIR", "a folder with its ca.crt, tls.crt and tls.key")
	order(t, "breached")
	files := TLSFiles{CA: filepath.Join(folder, "ca.crt")}
	logged := &lines{}
	without := watchGate(t, address, WithTLSFiles(files), logTo(logged))
	files.Certificate, files.Key = filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key")
	with := watchGate(t, address, WithTLSFiles(files))

	awaitDeferral(t, with)
	await(t, "the refusal in the log", func() bool { return logged.count("watch-ended") > 0 })

	if !without.Check(qwen, 0).FailOpen {
		t.Error("let in without a certificate (expected: fail open)")
	}
}
