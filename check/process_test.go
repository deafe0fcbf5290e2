package check

import (
	"slices"
	"testing"
)

// TestBuildEnvironment finds that programs are built for this machine, whatever the user builds for.
func TestBuildEnvironment(t *testing.T) {
	env := buildEnvironment([]string{"PATH=/bin", "GOOS=windows", "GOARCH=arm", "GOFLAGS=-mod=vendor", "GOAMD64=v4", "CGO_ENABLED=1", "GOCACHE=/cache", "GOENV=/env", "GOPROXY=x"}, "/tmp/x")
	want := []string{"PATH=/bin", "GOCACHE=/cache", "GOENV=off", "GOWORK=off", "GOFLAGS=", "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOTMPDIR=/tmp/x"}
	if !slices.Equal(env, want) {
		t.Errorf("%q, not %q", env, want)
	}
}
