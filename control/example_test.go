package control_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
)

// A service needs a place of calls, here one of the tests', a store, and somebody who delivers its events.
func ExampleServer() {
	dir, err := os.MkdirTemp("", "callrec")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	remembered, err := store.Open(filepath.Join(dir, "callrec.db"))
	if err != nil {
		panic(err)
	}
	defer remembered.Close()
	deliverer, err := events.New(events.Config{Outbox: remembered})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	calls := &fakeCalls{}
	calls.add(control.CallInfo{CallID: "a call", ServerCallID: "its conversation"})
	server, err := control.New(ctx, control.Config{
		Calls: calls, Dir: filepath.Join(dir, "recordings"), Store: remembered, Events: deliverer,
	})
	if err != nil {
		panic(err)
	}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/calling/recordings?api-version=2026-03-12",
		strings.NewReader(`{"callLocator":{"kind":"serverCallLocator","serverCallId":"its conversation"}}`)))
	fmt.Println(w.Code, server.Stats().Active)
	fmt.Println(server.Close(ctx))
	// Output:
	// 200 1
	// <nil>
}
