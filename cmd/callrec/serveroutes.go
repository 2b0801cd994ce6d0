package main

import (
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// routes are the API, and beside it what the operator needs.
func (h *host) routes() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(h), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("/", h.server)
	mux.HandleFunc("GET /healthz", h.health)
	mux.Handle("GET /metrics", localOnly(promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})))
	mux.HandleFunc("GET /webhooks/"+h.validate+"/{code}", func(w http.ResponseWriter, r *http.Request) {
		if !h.deliverer.Confirm(r.PathValue("code")) {
			http.NotFound(w, r)
		}
	})
	return withoutCleaning(mux, h.server)
}

// withoutCleaning keeps the mux from redirecting paths that it finds unclean: the API's are as they were signed.
func withoutCleaning(mux *http.ServeMux, api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "/" || pattern == "" {
			api.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// health says whether the service takes requests.
func (h *host) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if h.closing.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"status":"shutting down"}`))
		return
	}
	_, _ = w.Write([]byte(`{"status":"ok"}`))
}

// localOnly serves those who ask from this machine: numbers need no key, but are nobody else's business.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
